import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readHeads } from '../../src/conversations/queries'
import { newId } from '../../src/lib/ids'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let ada: TestPerson
let ben: TestPerson

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

async function list(person: TestPerson) {
  const { conversations } = await person.trpc.conversations.list.query()
  return new Map(conversations.map((conversation) => [conversation.id, conversation]))
}

const say = (person: TestPerson, conversationId: string) =>
  person.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'hello' })

beforeAll(async () => {
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
})

test('the list has each conversation as its viewer sees it', async () => {
  const direct = await ada.trpc.conversations.openDirect.mutate({ userIds: [ben.user.id] })
  const memberIds = [ben.user.id]
  const tea = await ada.trpc.conversations.create.mutate({ kind: 'public', name: 'tea', memberIds })
  await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'secret' })
  const sent = await say(ada, tea.conversation.id)
  const listed = await list(ben)
  expect([...listed.keys()].sort()).toEqual([direct.conversation.id, tea.conversation.id].sort())
  expect(listed.get(tea.conversation.id)).toEqual({
    id: tea.conversation.id,
    kind: 'public',
    name: 'tea',
    createdAt: tea.conversation.createdAt,
    role: 'member',
    memberCount: 2,
    people: [],
    lastSeq: 2,
    lastNumber: 1,
    lastMessageAt: sent.createdAt,
    deliveredSeq: 1,
    readSeq: 1,
    readNumber: 0,
    unreadFrom: null,
    unreadVersion: 0,
    unread: 1,
  })
  const { id, username, displayName } = ben.user
  expect(listed.get(direct.conversation.id)?.people).toContainEqual({ id, username, displayName })
  expect(listed.get(direct.conversation.id)).toEqual((await list(ada)).get(direct.conversation.id))
})

test('only messages of others count as unread', async () => {
  const memberIds = [ben.user.id]
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'tea',
    memberIds,
  })
  const { id: conversationId } = conversation
  await say(ada, conversationId)
  await ada.trpc.conversations.rename.mutate({ conversationId, name: 'coffee' })
  await say(ada, conversationId)
  expect((await list(ada)).get(conversationId)).toMatchObject({ unread: 0, lastNumber: 2, readNumber: 2 })
  expect((await list(ben)).get(conversationId)).toMatchObject({ unread: 2, readNumber: 0 })
  await say(ben, conversationId)
  expect((await list(ben)).get(conversationId)).toMatchObject({ unread: 0, readNumber: 3 })
  expect((await list(ada)).get(conversationId)).toMatchObject({ unread: 1 })
})

test('what was left is not listed, and has no head', async () => {
  const memberIds = [ben.user.id]
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'tea',
    memberIds,
  })
  const before = (await list(ben)).get(conversation.id)
  const heads = await readHeads(server.deps, ben.user.id)
  expect(heads).toHaveLength((await list(ben)).size)
  expect(heads.find((head) => head.conversationId === conversation.id)).toEqual({
    conversationId: conversation.id,
    seq: before?.lastSeq ?? -1,
    number: 0,
    delivered: 1,
    read: 1,
    readNumber: 0,
    unreadFrom: null,
    unreadVersion: 0,
  })
  await ben.trpc.conversations.leave.mutate({ conversationId: conversation.id })
  expect((await list(ben)).has(conversation.id)).toBe(false)
  const left = await readHeads(server.deps, ben.user.id)
  expect(left.map((head) => head.conversationId)).not.toContain(conversation.id)
})

test('browsing finds public channels by a part of the name, however it is written', async () => {
  const names = ['Zeta 100%', 'zeta_beta', 'ZETA\\gamma']
  for (const name of names) await ada.trpc.conversations.create.mutate({ kind: 'public', name })
  await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'zeta hidden' })
  const found = async (query: string) => {
    const { conversations } = await ben.trpc.conversations.browse.query({ query })
    return conversations.map((conversation) => conversation.name).sort()
  }
  expect(await found('zETa')).toEqual([...names].sort())
  expect(await found('%')).toEqual(['Zeta 100%'])
  expect(await found('_')).toEqual(['zeta_beta'])
  expect(await found('\\')).toEqual(['ZETA\\gamma'])
  const { conversations } = await ada.trpc.conversations.browse.query({ query: 'zeta_' })
  expect(conversations).toMatchObject([{ name: 'zeta_beta', memberCount: 1, joined: true }])
  const { conversations: seen } = await ben.trpc.conversations.browse.query({})
  expect(seen.filter((channel) => names.includes(channel.name)).map((channel) => channel.joined)).toEqual([
    false,
    false,
    false,
  ])
})
