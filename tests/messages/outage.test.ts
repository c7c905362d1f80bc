import { afterAll, beforeAll, expect, test } from 'bun:test'
import { keptInMemory } from '../../client/lib/kept'
import { toProblem } from '../../client/lib/problem'
import { browserTiming } from '../../client/lib/timing'
import { Outbox } from '../../client/messages/outbox'
import { newId } from '../../src/lib/ids'
import { signUp, type TestPerson } from '../support/client'
import { testDatabase } from '../support/postgres'
import { startProxy, type TcpProxy } from '../support/proxy'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let proxy: TcpProxy
let server: TestServer
let ada: TestPerson

beforeAll(async () => {
  proxy = startProxy(await testDatabase())
  server = await startTestServer({ databaseUrl: proxy.url })
  ada = await signUp(server)
})
afterAll(async () => {
  await server.stop()
  proxy[Symbol.dispose]()
})

test('with PostgreSQL away sends are answered 503, the outbox keeps them, and they are delivered once and in order', async () => {
  const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [] })
  const conversationId = conversation.id
  const refusals: (number | null)[] = []
  const outbox = new Outbox({
    kept: keptInMemory(),
    timing: browserTiming,
    newId,
    send: (message) =>
      ada.trpc.messages.send.mutate(message).catch((error: unknown) => {
        refusals.push(toProblem(error).status)
        throw error
      }),
    reachable: () => true,
    onSignedOut: () => {},
    onRefused: () => {},
  })
  await outbox.start()
  using live = await ada.connect()
  proxy.cut()
  const bodies = ['one', 'two', 'three']
  for (const body of bodies) outbox.write(conversationId, body)
  await until(() => refusals.length >= 2)
  expect(new Set(refusals)).toEqual(new Set([503]))
  expect(outbox.store.getState().pending.map(({ state }) => state)).not.toContain('failed')

  proxy.mend()
  await until(() => outbox.store.getState().pending.every(({ state }) => state === 'sent'), {
    within: 20_000,
  })
  outbox.stop()
  await until(() => live.bodies(conversationId).length >= bodies.length)
  expect(live.bodies(conversationId)).toEqual(bodies)
  const { messages } = await ada.trpc.messages.history.query({ conversationId })
  expect(messages.map(({ body }) => body)).toEqual(bodies)
}, 30_000)
