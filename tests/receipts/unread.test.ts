import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import type { UnreadEvent } from '../../src/receipts/schema'
import type { LiveEvent } from '../../src/sync/schema'
import { call } from '../support/call'
import { signUp, type TestPerson } from '../support/client'
import { readMembers } from '../support/log'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let server: TestServer
let ada: TestPerson
let ben: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
})
afterAll(() => server.stop())

/** Ada's, with Ben in it who wrote the last message and so has read all of it: message n has the seq n + 1. */
async function start(messages: number, kind: 'private' | 'public' = 'private'): Promise<string> {
  const memberIds = [ben.user.id]
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind, name: 'tea', memberIds })
  const { id } = conversation
  for (let n = 1; n < messages; n++) await say(ada, id)
  await say(ben, id)
  return id
}

const say = (person: TestPerson, conversationId: string) =>
  person.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'hello' })

const read = (person: TestPerson, conversationId: string, seq: number) =>
  person.trpc.receipts.update.mutate({ cursors: [{ conversationId, read: seq }] })

const mark = (conversationId: string, number: number) =>
  ben.trpc.receipts.markUnread.mutate({ conversationId, number })

/** Ben's, in the database. */
async function row(conversationId: string) {
  const found = (await readMembers(server.deps, conversationId)).get(ben.user.id)
  if (found === undefined) throw new Error('Ben was never in it')
  return found
}

/** Ben's entry in his list. */
async function entry(conversationId: string) {
  const { conversations } = await ben.trpc.conversations.list.query()
  return conversations.find(({ id }) => id === conversationId)
}

const isUnread = (conversationId: string, unreadFrom: number | null) => (event: LiveEvent) =>
  event.type === 'unread' && event.conversationId === conversationId && event.unreadFrom === unreadFrom

describe('marking as unread', () => {
  test('makes a message and all after it unread, and moves no cursor', async () => {
    const id = await start(5)
    expect(await entry(id)).toMatchObject({ unread: 0, unreadFrom: null })
    expect(await mark(id, 4)).toEqual({})
    const cursors = { readSeq: 6, readNumber: 5, deliveredSeq: 6 }
    expect(await entry(id)).toMatchObject({ unread: 2, unreadFrom: 4, ...cursors })
    await say(ada, id)
    expect(await entry(id)).toMatchObject({ unread: 3 })
    await mark(id, 1)
    expect(await entry(id)).toMatchObject({ unread: 6, unreadFrom: 1, ...cursors })
    using live = await ben.connect()
    const sync = await live.next((event) => event.type === 'sync')
    const head = sync.type === 'sync' && sync.heads.find(({ conversationId }) => conversationId === id)
    expect(head).toMatchObject({ unreadFrom: 1, readNumber: 5, number: 6 })
  })

  test('is told to one’s own devices at once, with a rising version, and to nobody else', async () => {
    const id = await start(3)
    using first = await ben.connect()
    using second = await ben.connect()
    using adas = await ada.connect()
    await mark(id, 2)
    await mark(id, 3)
    await read(ben, id, 4)
    for (const live of [first, second]) {
      await live.next(isUnread(id, null))
      const told = live.events.filter((event): event is UnreadEvent => event.type === 'unread')
      expect(told.map(({ unreadFrom }) => unreadFrom)).toEqual([2, 3, null])
      const versions = told.map(({ unreadVersion }) => unreadVersion)
      expect(versions).toEqual(versions.toSorted((a, b) => a - b))
      expect(new Set(versions).size).toBe(3)
      expect((await entry(id))?.unreadVersion).toBe(versions[2])
    }
    await say(ada, id)
    await until(() => adas.bodies(id).length === 1)
    expect(adas.events.filter(({ type }) => type === 'unread' || type === 'receipt')).toEqual([])
  })

  test('ends with any reading, also one that moves no cursor', async () => {
    const id = await start(5)
    for (const seq of [6, 3]) {
      await mark(id, 2)
      await read(ben, id, seq)
      await until(async () => (await row(id)).unreadFrom === null)
      expect(await entry(id)).toMatchObject({ unread: 0, readSeq: 6 })
    }
  })

  test('is left alone by what is only delivered', async () => {
    const id = await start(2)
    await mark(id, 1)
    await say(ada, id)
    await ben.trpc.receipts.update.mutate({ cursors: [{ conversationId: id, delivered: 4 }] })
    await until(async () => (await row(id)).deliveredSeq === 4)
    expect(await entry(id)).toMatchObject({ unread: 3, unreadFrom: 1 })
  })

  test('ends with a message of one’s own, and is not brought back by its retry', async () => {
    const id = await start(3)
    const sent = { id: newId(), conversationId: id, body: 'mine' }
    await mark(id, 2)
    await ben.trpc.messages.send.mutate(sent)
    expect(await entry(id)).toMatchObject({ unread: 0, unreadFrom: null, readNumber: 4 })
    await mark(id, 3)
    await ben.trpc.messages.send.mutate(sent)
    expect(await entry(id)).toMatchObject({ unread: 2, unreadFrom: 3 })
  })

  test('ends with leaving: whoever comes back has nothing unread', async () => {
    const id = await start(3, 'public')
    await mark(id, 1)
    await ben.trpc.conversations.leave.mutate({ conversationId: id })
    const { conversation } = await ben.trpc.conversations.join.mutate({ conversationId: id })
    expect(conversation).toMatchObject({ unread: 0, unreadFrom: null })
  })

  test('is not undone by a reading that was said before it and still waits', async () => {
    const id = await start(2)
    const before = await say(ada, id)
    await read(ben, id, before.seq)
    await until(async () => (await row(id)).readSeq === before.seq)
    // The queue has just written, so this waits for its next tick.
    const { seq } = await say(ada, id)
    await read(ben, id, seq)
    await mark(id, 2)
    expect((await row(id)).readSeq).toBeLessThan(seq)
    await until(async () => (await row(id)).readSeq === seq)
    expect(await entry(id)).toMatchObject({ unread: 3, unreadFrom: 2, readNumber: 4 })
    await read(ben, id, seq)
    await until(async () => (await row(id)).unreadFrom === null)
  })

  test('is not undone by a reading that is said late and did not know of it', async () => {
    const id = await start(2)
    const before = (await row(id)).unreadVersion
    await mark(id, 1)
    const { seq } = await say(ada, id)
    const late = { conversationId: id, read: seq, unreadVersion: before }
    await ben.trpc.receipts.update.mutate({ cursors: [late] })
    await until(async () => (await row(id)).readSeq === seq)
    expect(await entry(id)).toMatchObject({ unread: 3, unreadFrom: 1 })
    const aware = { ...late, unreadVersion: before + 1 }
    await ben.trpc.receipts.update.mutate({ cursors: [aware] })
    await until(async () => (await row(id)).unreadFrom === null)
  })

  test('waits while somebody holds the row, and says so when that takes too long', async () => {
    const id = await start(2)
    const taken = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holding = server.deps.sql.begin(async (sql) => {
      await sql`SELECT FROM members WHERE conversation_id = ${id} AND user_id = ${ben.user.id} FOR UPDATE`
      taken.resolve()
      await held.promise
    })
    await taken.promise
    expect(await refusal(mark(id, 1))).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    const waiting = mark(id, 2)
    await until(async () => (await waitingForLocks()) > 0)
    held.resolve()
    await holding
    expect(await waiting).toEqual({})
    expect((await row(id)).unreadFrom).toBe(2)
  }, 15_000)

  describe('is refused', () => {
    const cases: [why: string, input: object, wanted: { code: string; field: string | null }][] = [
      ['before the first message', { number: 0 }, { code: 'BAD_REQUEST', field: 'number' }],
      ['below zero', { number: -1 }, { code: 'BAD_REQUEST', field: 'number' }],
      ['between two messages', { number: 1.5 }, { code: 'BAD_REQUEST', field: 'number' }],
      ['after the last message', { number: 3 }, { code: 'BAD_REQUEST', field: 'number' }],
      ['far away', { number: Number.MAX_SAFE_INTEGER }, { code: 'BAD_REQUEST', field: 'number' }],
      ['as text', { number: '1' }, { code: 'BAD_REQUEST', field: 'number' }],
      ['without a number', {}, { code: 'BAD_REQUEST', field: 'number' }],
      ['with more than that', { number: 1, userId: newId() }, { code: 'BAD_REQUEST', field: 'userId' }],
      ['of no id', { number: 1, conversationId: 'tea' }, { code: 'BAD_REQUEST', field: 'conversationId' }],
      ['of nothing', { number: 1, conversationId: newId() }, { code: 'NOT_FOUND', field: 'conversationId' }],
    ]
    let id: string
    beforeAll(async () => {
      id = await start(2)
    })

    for (const [why, input, wanted] of cases)
      test(why, async () => {
        const options = { cookie: ben.cookie, input: { conversationId: id, ...input } }
        const { error } = await call(server, 'receipts.markUnread', options)
        expect(error).toMatchObject(wanted)
        expect((await row(id)).unreadFrom).toBeNull()
      })

    test('to strangers, outsiders and those who left', async () => {
      const carl = await signUp(server, 'Carl')
      const open = await start(2, 'public')
      const byCarl = (conversationId: string) =>
        refusal(carl.trpc.receipts.markUnread.mutate({ conversationId, number: 1 }))
      const field = 'conversationId'
      expect(await byCarl(id)).toMatchObject({ code: 'NOT_FOUND', field })
      expect(await byCarl(open)).toMatchObject({ code: 'FORBIDDEN', field })
      const left = await start(2)
      await ben.trpc.conversations.leave.mutate({ conversationId: left })
      expect(await refusal(mark(left, 1))).toMatchObject({ code: 'NOT_FOUND', field })
      expect((await row(left)).unreadFrom).toBeNull()
    })
  })
})

async function waitingForLocks(): Promise<number> {
  const [found] = await server.deps.sql<{ count: string }[]>`
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE '%members%'`
  return Number(found?.count)
}
