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
  const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [ben.user.id] })
  conversationId = conversation.id
})
afterAll(() => server.stop())

test('a send is answered with its id, place, number and time, in the types of the contract', async () => {
  const id = newId()
  const sent = await ada.trpc.messages.send.mutate({ id, conversationId, body: 'hello' })
  expect(sent).toEqual({
    id,
    seq: expect.any(Number),
    number: expect.any(Number),
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  })
})

test('the same id again is answered with the same, also after an edit, a deletion and the leaving of its sender', async () => {
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'short-lived',
    memberIds: [ben.user.id],
  })
  const message = { id: newId(), conversationId: conversation.id, body: 'once' }
  const sent = await ben.trpc.messages.send.mutate(message)
  expect(await ben.trpc.messages.send.mutate(message)).toEqual(sent)
  await ben.trpc.messages.edit.mutate({ id: message.id, body: 'twice' })
  expect(await ben.trpc.messages.send.mutate(message)).toEqual(sent)
  await ben.trpc.messages.delete.mutate({ id: message.id })
  expect(await ben.trpc.messages.send.mutate(message)).toEqual(sent)
  await ben.trpc.conversations.leave.mutate({ conversationId: conversation.id })
  expect(await ben.trpc.messages.send.mutate(message)).toEqual(sent)
  const fresh = { ...message, id: newId() }
  expect(await refusal(ben.trpc.messages.send.mutate(fresh))).toMatchObject({ code: 'NOT_FOUND' })
})

test('a taken id is a conflict from somebody else and in another conversation, and changes nothing', async () => {
  const { conversation: notes } = await ada.trpc.conversations.openDirect.mutate({ userIds: [] })
  const message = { id: newId(), conversationId, body: 'mine' }
  await ada.trpc.messages.send.mutate(message)
  const conflict = { code: 'CONFLICT', status: 409, field: 'id' }
  expect(await refusal(ben.trpc.messages.send.mutate({ ...message, body: 'his' }))).toMatchObject(conflict)
  expect(
    await refusal(ada.trpc.messages.send.mutate({ ...message, conversationId: notes.id })),
  ).toMatchObject(conflict)
  const { messages } = await ada.trpc.messages.history.query({ conversationId, limit: 1 })
  expect(messages).toMatchObject([{ id: message.id, body: 'mine', senderId: ada.user.id }])
})

test('sends at once from both sides take dense places, and each sender keeps their order', async () => {
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'busy',
    memberIds: [ben.user.id],
  })
  const write = async (person: TestPerson, name: string) => {
    for (let n = 0; n < 50; n++)
      await person.trpc.messages.send.mutate({
        id: newId(),
        conversationId: conversation.id,
        body: `${name} ${n}`,
      })
  }
  await Promise.all([write(ada, 'ada'), write(ben, 'ben')])
  const { messages, head } = await ada.trpc.messages.history.query({
    conversationId: conversation.id,
    limit: 200,
  })
  expect(messages.map((message) => message.number)).toEqual(
    Array.from({ length: 100 }, (_, index) => index + 1),
  )
  expect(messages.at(-1)?.seq).toBe(head.seq)
  for (const name of ['ada', 'ben']) {
    const own = messages.map((message) => message.body).filter((body) => body.startsWith(name))
    expect(own).toEqual(Array.from({ length: 50 }, (_, index) => `${name} ${index}`))
  }
})

test('what one writes is read by oneself and unread for the other', async () => {
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'counted',
    memberIds: [ben.user.id],
  })
  for (let n = 0; n < 3; n++)
    await ada.trpc.messages.send.mutate({ id: newId(), conversationId: conversation.id, body: `${n}` })
  const unread = async (person: TestPerson) => {
    const { conversations } = await person.trpc.conversations.list.query()
    return conversations.find(({ id }) => id === conversation.id)?.unread
  }
  expect(await unread(ada)).toBe(0)
  expect(await unread(ben)).toBe(3)
})

const outside = '018f3b1e-0000-7000-8000-000000000000'
const refused: [name: string, input: () => Record<string, unknown>, field: string, status: number][] = [
  ['an unknown conversation', () => ({ conversationId: outside }), 'conversationId', 404],
  ['an empty body', () => ({ body: '' }), 'body', 400],
  ['only spaces', () => ({ body: ' \n ' }), 'body', 400],
  ['8,001 code points', () => ({ body: '😀'.repeat(8_001) }), 'body', 400],
  ['U+0000', () => ({ body: 'a\u0000b' }), 'body', 400],
  ['a lone surrogate', () => ({ body: 'a\ud800b' }), 'body', 400],
  ['a number for a body', () => ({ body: 7 }), 'body', 400],
  ['an id that is none', () => ({ id: 'x' }), 'id', 400],
  ['no id', () => ({ id: undefined }), 'id', 400],
  ['a key nobody knows', () => ({ colour: 'red' }), 'colour', 400],
]
for (const [name, change, field, status] of refused)
  test(`a send with ${name} is refused with a sentence and its field, and stores nothing`, async () => {
    const before = await ada.trpc.messages.history.query({ conversationId })
    const input = { id: newId(), conversationId, body: 'x', ...change() }
    const answer = await refusal(ada.trpc.messages.send.mutate(input as never))
    expect(answer).toMatchObject({ status, field })
    expect(answer.sentence).toMatch(/^[A-Z].+\.$/)
    expect(await ada.trpc.messages.history.query({ conversationId })).toEqual(before)
  })

test('8,000 code points outside the basic plane are stored as they came', async () => {
  const body = '😀'.repeat(8_000)
  await ada.trpc.messages.send.mutate({ id: newId(), conversationId, body })
  const { messages } = await ben.trpc.messages.history.query({ conversationId, limit: 1 })
  expect(messages[0]?.body).toBe(body)
})

test('somebody outside a private conversation cannot write to it, and learns nothing of it', async () => {
  const eve = await signUp(server, 'Eve')
  const send = (id: string) =>
    refusal(eve.trpc.messages.send.mutate({ id: newId(), conversationId: id, body: 'x' }))
  expect(await send(conversationId)).toEqual(await send(outside))
})
