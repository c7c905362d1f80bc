import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { type LiveSocket, openLiveSocket } from '../../client/lib/live-socket'
import { until } from '../support/until'
import { type FakeTiming, fakeTiming } from './clock'

/** A server that refuses every socket, or every subscription. */
let server: Bun.Server<undefined>
let letsIn = false
/** What the client waits for before it tries again, in milliseconds. */
let naps: number[] = []
let timing: FakeTiming
let socket: LiveSocket
let asked = 0

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    fetch(request, bun) {
      if (letsIn && bun.upgrade(request)) return undefined
      return new Response('no', { status: 503 })
    },
    websocket: {
      message(ws, text) {
        const { id, method } = JSON.parse(String(text))
        if (method !== 'subscription') return
        const data = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, path: 'sync.events', field: null }
        ws.send(JSON.stringify({ id, error: { code: -32603, message: 'no', data } }))
      },
    },
  })
})
afterAll(() => server.stop(true))

beforeEach(() => {
  naps = []
  asked = 0
  timing = fakeTiming()
})

function open(): void {
  socket = openLiveSocket({
    url: server.url.href.replace('http', 'ws'),
    timing: { ...timing, after: (ms, call) => sleep(ms, call) },
    onEvent() {},
    onOpen() {},
    onAlive() {},
    onClose() {},
    onRefused() {
      asked += 1
    },
  })
}

/** All waits but that for an open that takes too long. */
function sleep(ms: number, call: () => void): () => void {
  if (ms !== 10_000) naps.push(ms)
  return timing.after(ms, call)
}

/** Sits each of these waits out, and tells how long they were, in seconds, and how often was asked by then. */
async function sitOut(count: number): Promise<{ waits: number[]; asks: number[] }> {
  const asks: number[] = []
  for (let n = 0; n < count; n++) {
    await until(() => naps.length > n)
    await timing.pass(naps[n] ?? 0)
    asks.push(asked)
  }
  return { waits: naps.slice(0, count).map((ms) => ms / 1_000), asks }
}

test('a refused socket waits longer each time, and asks whether its session lives once in a while', async () => {
  letsIn = false
  open()
  const { waits, asks } = await sitOut(9)
  socket.close()
  expect(waits).toEqual([0, 0.5, 1, 2, 4, 7.5, 7.5, 7.5, 7.5])
  expect(asks).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 2])
})

test('a subscription that is refused waits longer each time too', async () => {
  letsIn = true
  open()
  const { waits } = await sitOut(6)
  socket.close()
  expect(waits).toEqual([0, 1, 2, 4, 5, 5])
})
