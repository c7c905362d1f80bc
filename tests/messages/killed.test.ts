import { afterAll, beforeAll, expect, test } from 'bun:test'
import { keptInMemory } from '../../client/lib/kept'
import { browserTiming } from '../../client/lib/timing'
import { Outbox } from '../../client/messages/outbox'
import { type OpenDatabase, openDatabase } from '../../src/db/open'
import { newId } from '../../src/lib/ids'
import { signUp, type TestPerson } from '../support/client'
import { testDatabase } from '../support/postgres'
import { type ServerProcess, startServerProcess } from '../support/process'
import { startProxy, type TcpProxy } from '../support/proxy'
import { until } from '../support/until'

const ROUNDS = 20

let database: OpenDatabase
let proxy: TcpProxy
let server: ServerProcess
let ada: TestPerson
let conversationId: string

beforeAll(async () => {
  const url = await testDatabase()
  database = openDatabase(url)
  proxy = startProxy(url)
  server = await startServerProcess({ DATABASE_URL: proxy.url })
  ada = await signUp(server)
  const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [] })
  conversationId = conversation.id
}, 30_000)
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  proxy[Symbol.dispose]()
  await database.close()
})

test(`a server killed between commit and answer, ${ROUNDS} times: the outbox tries again, and each message is one row`, async () => {
  const refused: string[] = []
  const outbox = new Outbox({
    kept: keptInMemory(),
    timing: browserTiming,
    newId,
    send: (message) => ada.trpc.messages.send.mutate(message),
    reachable: () => true,
    onSignedOut: () => refused.push('signed out'),
    onRefused: ({ body }) => refused.push(body),
  })
  await outbox.start()
  const bodies = Array.from({ length: ROUNDS }, (_, round) => `in the dark, ${round}.`)
  for (const body of bodies) {
    // The text travels with the very statement that commits it: from then on the server hears nothing back.
    const { release } = proxy.swallowAnswersTo(body)
    outbox.write(conversationId, body)
    await until(async () => (await rows(body)).length === 1)
    await server.kill('SIGKILL')
    release()
    await server.restart()
    outbox.wake()
    await until(() => outbox.store.getState().pending.every(({ state }) => state === 'sent'))
  }
  outbox.stop()
  expect(refused).toEqual([])
  const stored = await database.sql<{ body: string; seq: string }[]>`
    SELECT body, seq FROM messages WHERE conversation_id = ${conversationId} ORDER BY number`
  expect(stored.map((row) => row.body)).toEqual(bodies)
  expect(stored.map((row) => Number(row.seq))).toEqual(bodies.map((_, index) => index + 2))
  const answers = outbox.store.getState().pending.map(({ sent }) => sent?.seq)
  expect(answers).toEqual(stored.map((row) => Number(row.seq)))
}, 120_000)

function rows(body: string) {
  return database.sql`SELECT 1 FROM messages WHERE conversation_id = ${conversationId} AND body = ${body}`
}
