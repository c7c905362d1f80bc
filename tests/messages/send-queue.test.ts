import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type OpenDatabase, openDatabase } from '../../src/db/open'
import { newId } from '../../src/lib/ids'
import { createLogger } from '../../src/lib/logger'
import { createMemoryBus } from '../../src/live/memory-bus'
import { SendQueue } from '../../src/live/send-queue'
import type { Send } from '../../src/live/write-sends'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let database: OpenDatabase
let ada: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server)
  database = openDatabase(server.deps.config.databaseUrl ?? '')
})
afterAll(async () => {
  await database.close()
  await server.stop()
})

function openQueue() {
  const bus = createMemoryBus()
  const told: string[] = []
  bus.onMessage((_, payload) => told.push(payload))
  return { bus, told, queue: new SendQueue({ sql: database.sql, bus, logger: createLogger('silent') }) }
}

async function createConversation(): Promise<string> {
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'room' })
  return conversation.id
}

function draft(conversationId: string, body = 'x'): Send {
  return { id: newId(), conversationId, senderId: ada.user.id, body }
}

async function rows(conversationId: string) {
  return database.sql<{ id: string; seq: string }[]>`
    SELECT id, seq FROM messages WHERE conversation_id = ${conversationId} ORDER BY number`
}

describe('the group commit', () => {
  test('600 ids sent three times each at once through two queues are 600 rows with equal answers and dense seqs', async () => {
    const conversationIds = [await createConversation(), await createConversation()]
    const queues = [openQueue().queue, openQueue().queue]
    const sends = Array.from({ length: 600 }, (_, n) => draft(conversationIds[n % 2] ?? ''))
    const answers = await Promise.all(
      sends.flatMap((send, n) => [0, 1, 1].map((which) => queues[(which + n) % 2]?.submit(send))),
    )
    for (let n = 0; n < sends.length; n++) {
      const places = answers.slice(n * 3, n * 3 + 3).map((answer) => answer && 'seq' in answer && answer.seq)
      expect(new Set(places).size).toBe(1)
      expect(answers.slice(n * 3, n * 3 + 3).filter((answer) => answer?.kind === 'sent')).toHaveLength(1)
    }
    for (const conversationId of conversationIds) {
      const seqs = (await rows(conversationId)).map((row) => Number(row.seq))
      expect(seqs).toEqual(Array.from({ length: 300 }, (_, index) => index + 2))
    }
  })

  test('one bad row fails alone', async () => {
    const conversationId = await createConversation()
    const { queue } = openQueue()
    const sends = Array.from({ length: 9 }, (_, n) => draft(conversationId, n === 4 ? 'a\u0000b' : `${n}`))
    const answers = await Promise.allSettled(sends.map((send) => queue.submit(send)))
    expect(answers.map((answer) => answer.status === 'fulfilled')).toEqual(sends.map((_, n) => n !== 4))
    expect(await rows(conversationId)).toHaveLength(8)
  })

  test('a conversation that another transaction holds does not stall the others, and is written when it is free', async () => {
    const [held, free] = [await createConversation(), await createConversation()]
    const { queue } = openQueue()
    let waiting: Promise<unknown> = Promise.resolve()
    await database.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM conversations WHERE id = ${held} FOR UPDATE`
      waiting = queue.submit(draft(held))
      // Answered while the lock is still held: nothing releases it before this line.
      expect(await queue.submit(draft(free))).toMatchObject({ kind: 'sent' })
      expect(await rows(held)).toHaveLength(0)
    })
    expect(await waiting).toMatchObject({ kind: 'sent' })
  })

  test('an event is told only for what this call committed, and after the commit', async () => {
    const conversationId = await createConversation()
    const { queue, told, bus } = openQueue()
    await bus.subscribe([`c:${conversationId}`])
    const send = draft(conversationId)
    await queue.submit(send)
    await queue.submit(send)
    await Bun.sleep(0)
    expect(told.map((payload) => JSON.parse(payload))).toMatchObject([
      { type: 'message', conversationId, message: { id: send.id, number: 1 } },
    ])
  })

  test('unknown conversations, foreign ids and people outside are told apart in one batch', async () => {
    const conversationId = await createConversation()
    const [other, eve] = [await createConversation(), await signUp(server)]
    const { queue } = openQueue()
    const known = draft(conversationId)
    await queue.submit(known)
    const answers = await Promise.all([
      queue.submit(known),
      queue.submit({ ...known, conversationId: other }),
      queue.submit(draft(newId())),
      queue.submit({ ...draft(conversationId), senderId: eve.user.id }),
      queue.submit(draft(conversationId)),
    ])
    expect(answers.map((answer) => answer.kind)).toEqual(['known', 'conflict', 'denied', 'denied', 'sent'])
  })
})
