import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { signUp, type TestPerson } from '../support/client'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let ada: TestPerson
let ben: TestPerson
let conversationId: string

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'long' })
  conversationId = conversation.id
  for (let n = 1; n <= 30; n++) {
    await ada.trpc.messages.send.mutate({ id: newId(), conversationId, body: `${n}` })
    if (n === 10) await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [ben.user.id] })
  }
})
afterAll(() => server.stop())

async function numbers(query: { before?: number; after?: number; around?: number; limit?: number }) {
  const { messages } = await ben.trpc.messages.history.query({ conversationId, ...query })
  return messages.map((message) => message.number)
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('pages are oldest first, before, after and around a number, and meet without gap or overlap', async () => {
  expect(await numbers({ limit: 5 })).toEqual(range(26, 30))
  expect(await numbers({ before: 26, limit: 5 })).toEqual(range(21, 25))
  expect(await numbers({ after: 25, limit: 3 })).toEqual(range(26, 28))
  expect(await numbers({ around: 15, limit: 4 })).toEqual(range(13, 16))
  expect(await numbers({ around: 1, limit: 4 })).toEqual(range(1, 4))
  expect(await numbers({ before: 1 })).toEqual([])
  expect(await numbers({ after: 30 })).toEqual([])
})

test('who came and went comes with the page it happened in, once', async () => {
  const pages = await Promise.all([
    ben.trpc.messages.history.query({ conversationId, before: 11, limit: 10 }),
    ben.trpc.messages.history.query({ conversationId, after: 10, limit: 200 }),
  ])
  expect(pages.map((page) => page.events.map((event) => event.type))).toEqual([['created', 'joined'], []])
  expect(pages[0].events[1]).toMatchObject({ user: { id: ben.user.id, displayName: 'Ben' }, seq: 12 })
  expect(pages[1].head).toEqual({ seq: 32, number: 30 })
})

test('a limit over 200 and two directions at once are refused', async () => {
  expect(await refusal(ada.trpc.messages.history.query({ conversationId, limit: 201 }))).toMatchObject({
    status: 400,
    field: 'limit',
  })
  expect(
    await refusal(ada.trpc.messages.history.query({ conversationId, before: 3, after: 1 })),
  ).toMatchObject({
    status: 400,
    field: 'before',
  })
})

test('an edit changes text and mark, takes a seq and keeps place and number; the same text again takes none', async () => {
  const id = newId()
  const sent = await ada.trpc.messages.send.mutate({ id, conversationId, body: 'draft' })
  const edited = await ada.trpc.messages.edit.mutate({ id, body: 'final' })
  expect(edited.seq).toBe(sent.seq + 1)
  expect(await ada.trpc.messages.edit.mutate({ id, body: 'final' })).toEqual(edited)
  const { messages, head } = await ben.trpc.messages.history.query({ conversationId, limit: 1 })
  expect(head.seq).toBe(edited.seq)
  expect(messages).toMatchObject([
    {
      id,
      body: 'final',
      seq: sent.seq,
      number: sent.number,
      editedAt: expect.any(String),
      changedSeq: edited.seq,
    },
  ])
})

test('a deletion removes the text for everybody and keeps the number; an owner may delete what others wrote', async () => {
  const id = newId()
  await ben.trpc.messages.send.mutate({ id, conversationId, body: 'regretted' })
  const { seq } = await ada.trpc.messages.delete.mutate({ id })
  expect(await ada.trpc.messages.delete.mutate({ id })).toEqual({ seq })
  const { messages } = await ben.trpc.messages.history.query({ conversationId, limit: 1 })
  expect(messages).toMatchObject([{ id, body: '', deletedAt: expect.any(String) }])
  expect(await refusal(ben.trpc.messages.edit.mutate({ id, body: 'back' }))).toMatchObject({
    status: 404,
    field: 'id',
  })
})

test('others may neither edit nor delete, and outsiders do not learn that a message exists', async () => {
  const eve = await signUp(server, 'Eve')
  const id = newId()
  await ada.trpc.messages.send.mutate({ id, conversationId, body: 'mine' })
  expect(await refusal(ben.trpc.messages.edit.mutate({ id, body: 'his' }))).toMatchObject({
    status: 403,
    field: 'id',
  })
  expect(await refusal(ben.trpc.messages.delete.mutate({ id }))).toMatchObject({ status: 403, field: 'id' })
  const unknown = await refusal(eve.trpc.messages.delete.mutate({ id: newId() }))
  expect(await refusal(eve.trpc.messages.delete.mutate({ id }))).toEqual(unknown)
  expect(await refusal(eve.trpc.messages.edit.mutate({ id, body: 'hers' }))).toEqual(unknown)
  expect(await refusal(eve.trpc.messages.history.query({ conversationId }))).toMatchObject({ status: 404 })
})
