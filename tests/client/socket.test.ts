import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { patientSocket } from '../../client/lib/patient-socket'
import { until } from '../support/until'
import { type FakeTiming, fakeTiming } from './clock'

let isMute = false
let server: Bun.Server<undefined>
/** Takes connections and never says a word. */
let silent: Bun.TCPSocketListener<undefined>

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response('no')),
    websocket: {
      message(ws) {
        if (!isMute) ws.send('PONG')
      },
    },
  })
  silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
})

afterAll(async () => {
  await server.stop(true)
  silent.stop(true)
})

describe('a socket that does not wait for a dead network', () => {
  test('lives on when a probe is answered', async () => {
    isMute = false
    const { told, sockets, timing } = await open()
    let alive = false
    sockets.probe(() => {
      alive = true
    })
    await until(() => alive)
    await timing.pass(60_000)
    expect(told).toEqual(['open'])
  })

  test('is closed when a probe is not answered, and tells of it at once, once', async () => {
    isMute = true
    const { told, sockets, timing, socket } = await open()
    sockets.probe(() => told.push('alive'))
    await timing.pass(2_999)
    expect(told).toEqual(['open'])
    await timing.pass(1)
    expect(told).toEqual(['open', 'close'])
    await until(() => socket.readyState === socket.CLOSED)
    await timing.pass(60_000)
    expect(told).toEqual(['open', 'close'])
  })

  test('gives up an open that takes longer than ten seconds', async () => {
    const timing = fakeTiming()
    const { told } = listen(`ws://127.0.0.1:${silent.port}/`, timing)
    await timing.pass(9_999)
    expect(told).toEqual([])
    await timing.pass(1)
    expect(told).toEqual(['error', 'close'])
    expect(timing.waiting).toBe(0)
  })

  test('tells the error of an open that had failed when it was given up, before the browser got to telling it', async () => {
    class Failed extends WebSocket {
      override get readyState() {
        return this.CLOSED
      }
    }
    const timing = fakeTiming()
    const { told } = listen(`ws://127.0.0.1:${silent.port}/`, timing, Failed)
    await timing.pass(10_000)
    expect(told).toEqual(['error', 'close'])
  })
})

async function open() {
  const timing = fakeTiming()
  const opened = listen(`ws://127.0.0.1:${server.port}/`, timing)
  await until(() => opened.told.includes('open'))
  return { ...opened, timing }
}

function listen(url: string, timing: FakeTiming, Base: typeof WebSocket = WebSocket) {
  const sockets = patientSocket(Base, timing)
  const socket = new sockets.Socket(url)
  const told: string[] = []
  for (const type of ['open', 'error', 'close']) socket.addEventListener(type, () => told.push(type))
  return { sockets, socket, told }
}
