import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { socketClass } from '../../verify/program'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let server: TestServer
let ada: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server)
})
afterAll(() => server.stop())

/** A bare WebSocket with Ada's cookie: what a program without tRPC's client would send. */
async function open(headers: Record<string, string> = { cookie: ada.cookie, origin: server.url }) {
  const url = `${server.url.replace('http', 'ws')}/trpc`
  const ws = new (socketClass(headers))(url)
  const frames: {
    id: unknown
    result?: { type: string; data?: unknown }
    error?: { data: { code: string } }
  }[] = []
  const closed = new Promise<number>((resolve) => ws.addEventListener('close', ({ code }) => resolve(code)))
  ws.addEventListener('message', ({ data }) =>
    frames.push(data === 'PONG' ? { id: 'PONG' } : JSON.parse(data)),
  )
  await Promise.race([new Promise((resolve) => ws.addEventListener('open', resolve)), closed])
  const subscribe = (id: unknown) =>
    ws.send(JSON.stringify({ id, method: 'subscription', params: { path: 'sync.events' } }))
  const of = (id: unknown) => frames.filter((frame) => frame.id === id)
  return { ws, frames, closed, subscribe, of }
}

test('a subscription is started, then synced, and ended by its stop', async () => {
  const { ws, subscribe, of } = await open()
  subscribe(1)
  await until(() => of(1).length === 2)
  expect(of(1).map((frame) => frame.result?.type)).toEqual(['started', 'data'])
  expect(of(1)[1]?.result?.data).toMatchObject({ type: 'sync' })
  ws.send(JSON.stringify({ id: 1, method: 'subscription.stop' }))
  await until(() => of(1).length === 3)
  expect(of(1)[2]).toEqual({ id: 1, result: { type: 'stopped' } })
  await until(() => server.deps.hub.followerCount === 0)
  ws.close()
})

test('every id hears the same, the native ones (1 to 8) and any other', async () => {
  const { ws, subscribe, of } = await open()
  const ids = [1, 8, 9, 'nine', 0.5]
  for (const id of ids) subscribe(id)
  await until(() => ids.every((id) => of(id).length === 2))
  const areTold = (text: string) =>
    until(() => ids.every((id) => of(id).some(({ result }) => JSON.stringify(result?.data)?.includes(text))))
  const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [] })
  // What is sent before they follow is theirs to fetch: they are told the head alone.
  await areTold(conversation.id)
  await ada.trpc.messages.send.mutate({ id: newId(), conversationId: conversation.id, body: 'to all' })
  await areTold('to all')
  ws.close()
  await until(() => server.deps.hub.followerCount === 0)
})

test('a client’s PING is answered, also without a subscription', async () => {
  const { ws, of } = await open()
  ws.send('PING')
  await until(() => of('PONG').length === 1)
  ws.close()
})

const refused: [name: string, request: Record<string, unknown>][] = [
  ['a query', { id: 5, method: 'query', params: { path: 'accounts.me' } }],
  ['a mutation', { id: 5, method: 'mutation', params: { path: 'accounts.logOut' } }],
  ['a subscription to a query', { id: 5, method: 'subscription', params: { path: 'accounts.me' } }],
  ['an unknown procedure', { id: 5, method: 'subscription', params: { path: 'sync.nothing' } }],
  ['a name of every object', { id: 5, method: 'subscription', params: { path: '__proto__.constructor' } }],
  [
    'an input of the wrong shape',
    { id: 5, method: 'subscription', params: { path: 'sync.events', input: { x: 1 } } },
  ],
]
for (const [name, request] of refused)
  test(`${name} is refused on the socket, which goes on`, async () => {
    const { ws, of, subscribe } = await open()
    ws.send(JSON.stringify(request))
    await until(() => of(5).length === 1)
    expect(of(5)[0]?.error?.data.code).toMatch(/^(BAD_REQUEST|NOT_FOUND)$/)
    subscribe(1)
    await until(() => of(1).length === 2)
    ws.close()
  })

test('an id in use and an eleventh subscription are refused', async () => {
  const { ws, of, subscribe } = await open()
  for (let id = 1; id <= 10; id++) subscribe(id)
  subscribe(3)
  subscribe(11)
  await until(() => of(11).length === 1 && of(3).length === 3)
  expect(of(11)[0]?.error?.data.code).toBe('TOO_MANY_REQUESTS')
  expect(of(3).find((frame) => frame.error)?.error?.data.code).toBe('BAD_REQUEST')
  ws.close()
})

const fatal: [name: string, frame: string | Uint8Array<ArrayBuffer>, code: number][] = [
  ['no JSON', '{', 1008],
  [
    'an array of calls',
    JSON.stringify(Array.from({ length: 500 }, () => ({ id: 1, method: 'query' }))),
    1008,
  ],
  ['null', 'null', 1008],
  ['a call without id', JSON.stringify({ method: 'subscription', params: { path: 'sync.events' } }), 1008],
  ['bytes', new Uint8Array([1, 2, 3]), 1003],
  ['more than 16 KB', JSON.stringify({ id: 1, method: 'query', params: { path: 'x'.repeat(20_000) } }), 1009],
]
for (const [name, frame, code] of fatal)
  test(`a frame of ${name} closes the socket`, async () => {
    const { ws, closed } = await open()
    ws.send(frame)
    expect(await closed).toBe(code)
  })

const turnedAway: [name: string, headers: () => Record<string, string>][] = [
  ['no cookie', () => ({ origin: server.url })],
  ['a cookie of nobody', () => ({ origin: server.url, cookie: 'confab=abc' })],
  ['no origin', () => ({ cookie: ada.cookie })],
  ['a foreign origin', () => ({ cookie: ada.cookie, origin: 'http://evil.example' })],
]
for (const [name, headers] of turnedAway)
  test(`an upgrade with ${name} is turned away before it`, async () => {
    const { closed, frames } = await open(headers())
    expect(await closed).toBe(1006)
    expect(frames).toEqual([])
  })

test('a subscription that is stopped while it begins leaves nothing behind', async () => {
  for (let n = 0; n < 20; n++) {
    const { ws, subscribe } = await open()
    subscribe(1)
    if (n % 2 === 0) ws.send(JSON.stringify({ id: 1, method: 'subscription.stop' }))
    ws.close()
  }
  await until(() => server.deps.hub.followerCount === 0)
})
