import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import type { ReceiptEvent } from '../../src/receipts/schema'
import type { LiveEvent } from '../../src/sync/schema'
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

/** Ada's, with Ben in it, and as many messages of hers: the log ends at messages + 1. */
async function start(messages: number): Promise<string> {
  const memberIds = [ben.user.id]
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'tea',
    memberIds,
  })
  for (let n = 0; n < messages; n++) await say(ada, conversation.id)
  return conversation.id
}

const say = (person: TestPerson, conversationId: string) =>
  person.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'hello' })

const move = (person: TestPerson, cursor: { conversationId: string; delivered?: number; read?: number }) =>
  person.trpc.receipts.update.mutate({ cursors: [cursor] })

/** Waits until Ben's cursors are these. */
const bens = (conversationId: string, wanted: { delivered: number; read: number }) =>
  until(async () => {
    const row = (await readMembers(server.deps, conversationId)).get(ben.user.id)
    return row?.deliveredSeq === wanted.delivered && row.readSeq === wanted.read ? row : null
  })

const isReceipt =
  (conversationId: string) =>
  (event: LiveEvent): event is ReceiptEvent =>
    event.type === 'receipt' && event.conversationId === conversationId

test('reading moves the unread count, and the others see how far', async () => {
  const conversationId = await start(3)
  using live = await ada.connect()
  await move(ben, { conversationId, delivered: 4, read: 3 })
  expect(await live.next(isReceipt(conversationId))).toEqual({
    type: 'receipt',
    conversationId,
    userId: ben.user.id,
    delivered: 4,
    read: 3,
    readNumber: 2,
  })
  const { conversations } = await ben.trpc.conversations.list.query()
  expect(conversations.find((conversation) => conversation.id === conversationId)).toMatchObject({
    deliveredSeq: 4,
    readSeq: 3,
    readNumber: 2,
    unread: 1,
  })
})

test('of one call with a foreign conversation nothing is taken', async () => {
  const mine = await start(2)
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'hers' })
  for (const foreign of [conversation.id, newId()]) {
    const cursors = [
      { conversationId: mine, read: 3 },
      { conversationId: foreign, read: 1 },
    ]
    expect(await refusal(ben.trpc.receipts.update.mutate({ cursors }))).toEqual({
      code: 'NOT_FOUND',
      status: 404,
      field: 'cursors.1.conversationId',
      sentence: 'There is no such conversation.',
    })
  }
  // Later than anything that was taken by mistake would be: the queue is one, and in order.
  const later = await start(1)
  await move(ben, { conversationId: later, read: 2 })
  await bens(later, { delivered: 2, read: 2 })
  expect((await readMembers(server.deps, mine)).get(ben.user.id)).toMatchObject({ readSeq: 1 })
})

test('whoever left moves nothing, and coming back begins at the head', async () => {
  const conversationId = await start(2)
  await ben.trpc.conversations.leave.mutate({ conversationId })
  expect(await refusal(move(ben, { conversationId, read: 3 }))).toMatchObject({ code: 'NOT_FOUND' })
  await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [ben.user.id] })
  expect(await bens(conversationId, { delivered: 5, read: 5 })).toMatchObject({ readNumber: 2 })
})

test('one call moves many conversations, and an empty one none', async () => {
  const conversationIds = await Promise.all([start(1), start(1), start(1)])
  const cursors = conversationIds.map((conversationId) => ({ conversationId, read: 2 }))
  await ben.trpc.receipts.update.mutate({ cursors })
  for (const conversationId of conversationIds) await bens(conversationId, { delivered: 2, read: 2 })
  expect(await ben.trpc.receipts.update.mutate({ cursors: [] })).toEqual({})
})

test('sending reads what was there', async () => {
  const conversationId = await start(3)
  const { seq } = await say(ben, conversationId)
  expect(await bens(conversationId, { delivered: seq, read: seq })).toMatchObject({ readNumber: 4 })
})
