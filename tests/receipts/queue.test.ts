import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq, sql as raw } from 'drizzle-orm'
import { users } from '../../src/accounts/tables'
import { conversations, events, members } from '../../src/conversations/tables'
import { type OpenDatabase, openDatabase } from '../../src/db/open'
import { newId } from '../../src/lib/ids'
import { RECEIPT_AUDIENCE_MAX } from '../../src/lib/limits'
import { createLogger } from '../../src/lib/logger'
import { createMemoryBus } from '../../src/live/memory-bus'
import { moveCursors } from '../../src/receipts/move'
import { ReceiptQueue } from '../../src/receipts/queue'
import { testDatabase } from '../support/postgres'
import { until } from '../support/until'

const HEAD = 10

let database: OpenDatabase
let crowd: string[]

beforeAll(async () => {
  database = openDatabase(await testDatabase())
  crowd = Array.from({ length: RECEIPT_AUDIENCE_MAX + 1 }, newId)
  await database.db.insert(users).values(
    crowd.map((id, n) => ({
      id,
      username: `u${n}`,
      displayName: `U ${n}`,
      role: 'member' as const,
      passwordHash: '',
    })),
  )
})
afterAll(() => database.close())

/** A conversation of the first people of the crowd, whose log has HEAD events, every second one a message. */
async function start(memberCount: number) {
  const { db } = database
  const conversationId = newId()
  const [owner = ''] = crowd
  await db.insert(conversations).values({
    id: conversationId,
    kind: 'private',
    name: 'tea',
    createdBy: owner,
    lastSeq: HEAD,
    lastNumber: HEAD / 2,
  })
  await db.insert(events).values(
    Array.from({ length: HEAD }, (_, index) => ({
      conversationId,
      seq: index + 1,
      number: Math.floor((index + 1) / 2),
      kind: 'sent' as const,
      actorId: owner,
    })),
  )
  const there = crowd.slice(0, memberCount)
  await db
    .insert(members)
    .values(there.map((userId) => ({ conversationId, userId, role: 'member' as const, joinedSeq: 1 })))
  return { conversationId, there }
}

/** A queue on a real bus, and all that it says there, by channel. */
function open(sql = database.sql) {
  const bus = createMemoryBus()
  const told: { channel: string; event: unknown }[] = []
  bus.onMessage((channel, payload) => told.push({ channel, event: JSON.parse(payload) }))
  return { queue: new ReceiptQueue({ sql, bus, logger: createLogger('silent') }), bus, told }
}

const read = (conversationId: string) =>
  database.db.select().from(members).where(eq(members.conversationId, conversationId))

test('cursors only move forward, never beyond the head, and what is read is delivered', async () => {
  const { conversationId, there } = await start(1)
  const [userId = ''] = there
  const steps = [
    { delivered: 3, read: 0, after: { deliveredSeq: 3, readSeq: 0, readNumber: 0 } },
    { delivered: 2, read: 4, after: { deliveredSeq: 4, readSeq: 4, readNumber: 2 } },
    { delivered: 1, read: 2, after: { deliveredSeq: 4, readSeq: 4, readNumber: 2 } },
    { delivered: 0, read: 5, after: { deliveredSeq: 5, readSeq: 5, readNumber: 2 } },
    { delivered: Number.MAX_SAFE_INTEGER, read: 0, after: { deliveredSeq: HEAD, readSeq: 5, readNumber: 2 } },
    { delivered: 0, read: HEAD + 1, after: { deliveredSeq: HEAD, readSeq: HEAD, readNumber: HEAD / 2 } },
    { delivered: 0, read: 0, after: { deliveredSeq: HEAD, readSeq: HEAD, readNumber: HEAD / 2 } },
  ]
  for (const { delivered, read: wanted, after } of steps) {
    await moveCursors(database.sql, [{ conversationId, userId, delivered, read: wanted, clears: 0 }])
    expect((await read(conversationId))[0]).toMatchObject(after)
  }
})

test('strangers and those who left are passed over', async () => {
  const { conversationId, there } = await start(2)
  const [gone = '', stays = ''] = there
  await database.db.update(members).set({ leftSeq: HEAD }).where(eq(members.userId, gone))
  const cursors = [...there, newId()].map((userId) => ({
    conversationId,
    userId,
    delivered: 1,
    read: 1,
    clears: 0,
  }))
  const { moved, busy } = await moveCursors(database.sql, cursors)
  expect(moved.map((cursor) => cursor.userId)).toEqual([stays])
  expect(busy).toEqual([])
  await database.db.update(members).set({ leftSeq: null }).where(eq(members.userId, gone))
})

test('of many cursors of one person the furthest is written, and told once', async () => {
  const { conversationId, there } = await start(2)
  const { queue, bus, told } = open()
  await bus.subscribe([`c:${conversationId}`])
  const [userId = ''] = there
  for (const [delivered, place] of [
    [3, 1],
    [9, 0],
    [2, 7],
    [0, 0],
  ] as const)
    queue.add([{ conversationId, userId, delivered, read: place, clears: 0 }])
  await queue.stop()
  const event = { type: 'receipt', conversationId, userId, delivered: 9, read: 7, readNumber: 3 }
  await until(() => told.length > 0)
  expect(told).toEqual([{ channel: `c:${conversationId}`, event }])
})

test('what changes nothing is written and told to nobody', async () => {
  const { conversationId, there } = await start(1)
  const [userId = ''] = there
  const { queue, bus, told } = open()
  await bus.subscribe([`c:${conversationId}`])
  queue.add([{ conversationId, userId, delivered: 5, read: 5, clears: 0 }])
  await until(() => told.length === 1)
  const version = () =>
    database.db
      .select({ xmin: raw<string>`xmin::text` })
      .from(members)
      .where(eq(members.conversationId, conversationId))
  const before = await version()
  queue.add([{ conversationId, userId, delivered: 5, read: 4, clears: 0 }])
  await queue.stop()
  expect(await version()).toEqual(before)
  expect(told).toHaveLength(1)
})

test('in a large conversation only one’s own devices are told', async () => {
  const large = await start(RECEIPT_AUDIENCE_MAX + 1)
  const small = await start(RECEIPT_AUDIENCE_MAX)
  const [userId = ''] = crowd
  const { queue, bus, told } = open()
  await bus.subscribe([`c:${large.conversationId}`, `c:${small.conversationId}`, `u:${userId}`])
  queue.add(
    [large, small].map(({ conversationId }) => ({
      conversationId,
      userId,
      delivered: 1,
      read: 1,
      clears: 0,
    })),
  )
  await queue.stop()
  await until(() => told.length === 2)
  expect(told.map((each) => each.channel).sort()).toEqual([`c:${small.conversationId}`, `u:${userId}`].sort())
})

test('a crowd that reads at once is written whole', async () => {
  const { conversationId, there } = await start(RECEIPT_AUDIENCE_MAX)
  const { queue } = open()
  for (const userId of there) queue.add([{ conversationId, userId, delivered: 99, read: 99, clears: 0 }])
  await queue.stop()
  for (const row of await read(conversationId))
    expect(row).toMatchObject({ deliveredSeq: HEAD, readSeq: HEAD, readNumber: HEAD / 2 })
})

test('a row that somebody holds does not hold the others up, and is written later', async () => {
  const { conversationId, there } = await start(2)
  const [held = '', free = ''] = there
  const { queue } = open()
  await database.sql.begin(async (sql) => {
    await sql`SELECT FROM members WHERE conversation_id = ${conversationId} AND user_id = ${held} FOR UPDATE`
    queue.add(there.map((userId) => ({ conversationId, userId, delivered: 4, read: 4, clears: 0 })))
    await until(async () => (await read(conversationId)).find((row) => row.userId === free)?.readSeq === 4)
    expect((await read(conversationId)).find((row) => row.userId === held)?.readSeq).toBe(0)
  })
  await until(async () => (await read(conversationId)).every((row) => row.readSeq === 4))
  await queue.stop()
})

test('what a failing database did not take is kept and written when it is back', async () => {
  const { conversationId, there } = await start(1)
  const [userId = ''] = there
  const broken = openDatabase('postgres://nobody:nothing@127.0.0.1:1/none')
  let sql = broken.sql
  const { queue } = open(new Proxy(broken.sql, { apply: (_, self, args) => Reflect.apply(sql, self, args) }))
  queue.add([{ conversationId, userId, delivered: 2, read: 2, clears: 0 }])
  await queue.stop()
  expect((await read(conversationId))[0]?.readSeq).toBe(0)
  sql = database.sql
  await queue.stop()
  expect((await read(conversationId))[0]?.readSeq).toBe(2)
  await broken.close()
})

test('when too many wait, more are refused and nothing of them is taken', async () => {
  const broken = openDatabase('postgres://nobody:nothing@127.0.0.1:1/none')
  const { queue } = open(broken.sql)
  const flood = Array.from({ length: 100_000 }, (_, n) => ({
    conversationId: 'c',
    userId: `${n}`,
    delivered: 1,
    read: 1,
    clears: 0,
  }))
  queue.add(flood)
  expect(() => queue.add(flood.slice(0, 1))).toThrow('The server cannot do this right now.')
  await queue.stop()
  await broken.close()
})
