import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import type { Live, TestPerson } from '../support/client'
import { signUp } from '../support/client'
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

async function channel(...people: TestPerson[]) {
  const memberIds = people.map(({ user }) => user.id)
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'room',
    memberIds,
  })
  return conversation.id
}
const say = (person: TestPerson, conversationId: string, body: string) =>
  person.trpc.messages.send.mutate({ id: newId(), conversationId, body })
const heard = (live: Live, conversationId: string, bodies: string[]) =>
  until(() => live.bodies(conversationId).length >= bodies.length).then(() =>
    expect(live.bodies(conversationId)).toEqual(bodies),
  )

test('the first event is `sync`, with every conversation, its head and one’s own cursors', async () => {
  const conversationId = await channel(ben)
  const { seq, number } = await say(ada, conversationId, 'before')
  using live = await ben.connect()
  expect(live.events[0]).toMatchObject({ type: 'sync', epoch: expect.any(String) })
  const sync = await live.next((event) => event.type === 'sync')
  const head = sync.type === 'sync' && sync.heads.find((each) => each.conversationId === conversationId)
  const unmarked = { unreadFrom: null, unreadVersion: 0 }
  expect(head).toEqual({ conversationId, seq, number, delivered: 1, read: 1, readNumber: 0, ...unmarked })
})

test('two people talk: both hear everything once, in one order, with the bytes the same for both', async () => {
  const conversationId = await channel(ben)
  using adas = await ada.connect()
  using bens = await ben.connect()
  const bodies = Array.from({ length: 20 }, (_, n) => `${n}`)
  for (const [n, body] of bodies.entries()) await say(n % 2 === 0 ? ada : ben, conversationId, body)
  await heard(adas, conversationId, bodies)
  await heard(bens, conversationId, bodies)
  const own = (live: Live) =>
    live.events.filter((event) => event.type === 'message' && event.conversationId === conversationId)
  expect(own(adas)).toEqual(own(bens))
})

test('edits and deletions come as the whole message, in their place', async () => {
  const conversationId = await channel(ben)
  using live = await ben.connect()
  const { id } = await say(ada, conversationId, 'one')
  await ada.trpc.messages.edit.mutate({ id, body: 'two' })
  await ada.trpc.messages.delete.mutate({ id })
  await heard(live, conversationId, ['one', 'two', ''])
  const seqs = live.events.flatMap((event) =>
    event.type === 'message' && event.message.id === id ? [event.seq] : [],
  )
  expect(seqs).toEqual([2, 3, 4])
})

test('who is added hears of the conversation and everything after, without connecting again', async () => {
  const conversationId = await channel()
  using live = await ben.connect()
  await say(ada, conversationId, 'before')
  await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [ben.user.id] })
  const news = await live.next(
    (event) => event.type === 'conversation' && event.conversation.id === conversationId,
  )
  expect(news).toMatchObject({ conversation: { id: conversationId, unread: 0, lastNumber: 1 } })
  await say(ada, conversationId, 'after')
  await heard(live, conversationId, ['after'])
})

test('a removed member gets the removal and nothing after it, and what they missed is not to be had', async () => {
  const conversationId = await channel(ben)
  using adas = await ada.connect()
  using bens = await ben.connect()
  await say(ada, conversationId, 'while in')
  await ada.trpc.conversations.removeMember.mutate({ conversationId, userId: ben.user.id })
  await say(ada, conversationId, 'after')
  await heard(adas, conversationId, ['while in', 'after'])
  // Both sockets are told by one publish, so what Ada has heard Ben would have heard.
  expect(bens.bodies(conversationId)).toEqual(['while in'])
  expect(bens.events.at(-1)).toMatchObject({
    type: 'left',
    conversationId,
    userId: ben.user.id,
    actorId: ada.user.id,
  })
  await expect(ben.trpc.sync.range.query({ conversationId, after: 0 })).rejects.toMatchObject({
    data: { code: 'NOT_FOUND' },
  })
})

test('logging out closes the sockets of that session and no other', async () => {
  const eve = await signUp(server, 'Eve')
  using live = await eve.connect()
  using other = await ada.connect()
  await eve.trpc.accounts.logOut.mutate()
  expect(await live.closed).toBe(4401)
  const conversationId = await channel()
  await other.next((event) => event.type === 'conversation' && event.conversation.id === conversationId)
})

test('an event whose message is gone from the database is damage, and never told as an event of nothing', async () => {
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'damaged' })
  const conversationId = conversation.id
  const { id } = await ada.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'gone' })
  await server.deps.sql`DELETE FROM messages WHERE id = ${id}`
  expect(await refusal(ada.trpc.sync.range.query({ conversationId, after: 0 }))).toMatchObject({
    status: 500,
  })
})

test('a range is the log after a seq, in pages', async () => {
  const conversationId = await channel(ben)
  for (let n = 0; n < 5; n++) await say(ada, conversationId, `${n}`)
  const first = await ben.trpc.sync.range.query({ conversationId, after: 2, limit: 2 })
  expect(first.events.map((event) => event.seq)).toEqual([3, 4])
  expect(first).toMatchObject({ from: 1, upTo: 4, head: 6, hasMore: true })
  const rest = await ben.trpc.sync.range.query({ conversationId, after: first.upTo })
  expect(rest.events.map((event) => event.seq)).toEqual([5, 6])
  expect(rest).toMatchObject({ upTo: 6, head: 6, hasMore: false })
})

test('a live event and the same event read later are equal', async () => {
  const conversationId = await channel()
  using live = await ada.connect()
  await say(ada, conversationId, 'hello')
  await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [ben.user.id] })
  await ada.trpc.conversations.rename.mutate({ conversationId, name: 'den' })
  await ada.trpc.conversations.removeMember.mutate({ conversationId, userId: ben.user.id })
  await live.next((event) => event.type === 'left' && event.conversationId === conversationId)
  const { events } = await ada.trpc.sync.range.query({ conversationId, after: 1 })
  const heardLive = live.events.filter((event) => 'seq' in event && event.conversationId === conversationId)
  expect(events).toEqual(heardLive as typeof events)
})
