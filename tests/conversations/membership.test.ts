import { afterAll, beforeAll, expect, test } from 'bun:test'
import { users } from '../../src/accounts/tables'
import { newId } from '../../src/lib/ids'
import { MEMBERS_PER_CALL } from '../../src/lib/limits'
import { signUp, type TestPerson } from '../support/client'
import { readLog, readMembers } from '../support/log'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let ada: TestPerson
let ben: TestPerson
let cleo: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
  cleo = await signUp(server, 'Cleo')
})
afterAll(() => server.stop())

/** Ada's, with these people in it. */
async function start(kind: 'private' | 'public', ...others: TestPerson[]): Promise<string> {
  const memberIds = others.map((person) => person.user.id)
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind, name: 'tea', memberIds })
  return conversation.id
}

async function kinds(conversationId: string): Promise<string[]> {
  return (await readLog(server.deps, conversationId)).map((event) => event.kind)
}

async function say(person: TestPerson, conversationId: string): Promise<void> {
  await person.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'hello' })
}

test('whoever creates one owns it; its first members are there from its first event', async () => {
  using live = await ben.connect()
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: '  tea  ',
    memberIds: [ben.user.id, ben.user.id, ada.user.id],
  })
  expect(conversation).toMatchObject({ name: 'tea', role: 'owner', memberCount: 2, lastSeq: 1, unread: 0 })
  expect(await kinds(conversation.id)).toEqual(['created'])
  const { members } = await ben.trpc.conversations.members.query({ conversationId: conversation.id })
  expect(members.map(({ user, role }) => [user.displayName, role]).sort()).toEqual([
    ['Ada', 'owner'],
    ['Ben', 'member'],
  ])
  expect(await live.next((event) => event.type === 'conversation')).toMatchObject({
    conversation: { id: conversation.id, role: 'member' },
  })
})

test('one with an unknown member is not created', async () => {
  const before = await ada.trpc.conversations.list.query()
  const memberIds = [ben.user.id, newId()]
  expect(
    await refusal(ada.trpc.conversations.create.mutate({ kind: 'public', name: 'tea', memberIds })),
  ).toEqual({ code: 'NOT_FOUND', status: 404, field: 'memberIds', sentence: 'There is no such person.' })
  expect((await ada.trpc.conversations.list.query()).conversations).toHaveLength(before.conversations.length)
})

test('a thousand people come in by one call, each with an event and nothing unread', async () => {
  const conversationId = await start('private')
  await say(ada, conversationId)
  const crowd = Array.from({ length: MEMBERS_PER_CALL }, (_, n) => ({
    id: newId(),
    username: `crowd${n}`,
    displayName: `Crowd ${n}`,
    role: 'member' as const,
    passwordHash: '',
  }))
  await server.deps.db.insert(users).values(crowd)
  const userIds = crowd.map((person) => person.id)
  const { conversation } = await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds })
  expect(conversation.memberCount).toBe(MEMBERS_PER_CALL + 1)
  const log = await readLog(server.deps, conversationId)
  expect(log.slice(2).map((event) => event.subjectId)).toEqual(userIds)
  const members = await readMembers(server.deps, conversationId)
  for (const { kind, subjectId, seq } of log)
    if (kind === 'joined')
      expect(members.get(subjectId ?? '')).toMatchObject({
        joinedSeq: seq,
        readSeq: log.length,
        readNumber: 1,
      })
})

test('anybody joins a public channel, once', async () => {
  const conversationId = await start('public')
  await say(ada, conversationId)
  const joining = Array.from({ length: 8 }, () => ben.trpc.conversations.join.mutate({ conversationId }))
  for (const { conversation } of await Promise.all(joining))
    expect(conversation).toMatchObject({ role: 'member', memberCount: 2, unread: 0, lastNumber: 1 })
  expect(await kinds(conversationId)).toEqual(['created', 'sent', 'joined'])
})

test('any member adds people; those who are there already are passed over', async () => {
  const conversationId = await start('private', ben)
  const userIds = [ada.user.id, cleo.user.id, cleo.user.id, ben.user.id]
  const adding = [ada, ben, ben].map((person) =>
    person.trpc.conversations.addMembers.mutate({ conversationId, userIds }),
  )
  for (const { conversation } of await Promise.all(adding)) expect(conversation.memberCount).toBe(3)
  expect(await kinds(conversationId)).toEqual(['created', 'joined'])
})

test('with one unknown among them nobody is added', async () => {
  const conversationId = await start('private')
  const userIds = [ben.user.id, newId()]
  expect(await refusal(ada.trpc.conversations.addMembers.mutate({ conversationId, userIds }))).toMatchObject({
    code: 'NOT_FOUND',
    field: 'userIds',
  })
  expect(await kinds(conversationId)).toEqual(['created'])
})

test('whoever leaves is told of it, and of nothing after', async () => {
  const conversationId = await start('private', ben)
  using live = await ben.connect()
  await ben.trpc.conversations.leave.mutate({ conversationId })
  await live.next((event) => event.type === 'left' && event.userId === ben.user.id)
  await say(ada, conversationId)
  const other = await start('private', ben)
  await live.next((event) => event.type === 'conversation' && event.conversation.id === other)
  expect(live.bodies(conversationId)).toEqual([])
  expect((await readMembers(server.deps, conversationId)).get(ben.user.id)).toMatchObject({ leftSeq: 2 })
})

test('whoever comes back is a plain member with nothing unread', async () => {
  const conversationId = await start('public', ben)
  await ada.trpc.conversations.leave.mutate({ conversationId })
  await say(ben, conversationId)
  const { conversation } = await ada.trpc.conversations.join.mutate({ conversationId })
  const head = { lastSeq: 5, deliveredSeq: 5, readSeq: 5, readNumber: 1, unread: 0 }
  expect(conversation).toMatchObject({ role: 'member', memberCount: 2, ...head })
  const members = await readMembers(server.deps, conversationId)
  expect(members.get(ada.user.id)).toMatchObject({ joinedSeq: 5, leftSeq: null })
})

test('the last owner who leaves hands over to the oldest member', async () => {
  const conversationId = await start('private')
  await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [cleo.user.id] })
  await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [ben.user.id] })
  using live = await ben.connect()
  await ada.trpc.conversations.leave.mutate({ conversationId })
  const told = { type: 'role', conversationId, seq: 5, userId: cleo.user.id, role: 'owner' }
  expect(await live.next((event) => event.type === 'role')).toMatchObject(told)
  const { conversation } = await cleo.trpc.conversations.rename.mutate({ conversationId, name: 'coffee' })
  expect(conversation).toMatchObject({ role: 'owner', name: 'coffee' })
})

test('a public channel that everybody left falls to whoever comes next', async () => {
  const conversationId = await start('public')
  await ada.trpc.conversations.leave.mutate({ conversationId })
  const { conversation } = await ben.trpc.conversations.join.mutate({ conversationId })
  expect(conversation).toMatchObject({ role: 'owner', memberCount: 1 })
  expect((await cleo.trpc.conversations.join.mutate({ conversationId })).conversation.role).toBe('member')
})

test('an owner takes people out, who get that event and nothing after', async () => {
  const conversationId = await start('private', ben, cleo)
  using live = await ben.connect()
  await ada.trpc.conversations.removeMember.mutate({ conversationId, userId: ben.user.id })
  const told = { seq: 2, actorId: ada.user.id, userId: ben.user.id }
  expect(await live.next((event) => event.type === 'left')).toMatchObject(told)
  expect(await refusal(ben.trpc.conversations.members.query({ conversationId }))).toMatchObject({
    code: 'NOT_FOUND',
  })
  const again = () => ada.trpc.conversations.removeMember.mutate({ conversationId, userId: ben.user.id })
  expect(await refusal(again())).toEqual({
    code: 'NOT_FOUND',
    status: 404,
    field: 'userId',
    sentence: 'There is no such member.',
  })
})

test('a member takes out nobody but oneself', async () => {
  const conversationId = await start('private', ben, cleo)
  const remove = (userId: string) => ben.trpc.conversations.removeMember.mutate({ conversationId, userId })
  for (const userId of [ada.user.id, cleo.user.id, newId()])
    expect(await refusal(remove(userId))).toEqual({
      code: 'FORBIDDEN',
      status: 403,
      field: 'conversationId',
      sentence: 'Only an owner of this conversation may do that.',
    })
  await remove(ben.user.id)
  expect(await kinds(conversationId)).toEqual(['created', 'left'])
})

test('an owner renames it; the same name again is no event', async () => {
  const conversationId = await start('private', ben)
  using live = await ben.connect()
  for (const name of ['coffee', ' coffee ', 'coffee'])
    await ada.trpc.conversations.rename.mutate({ conversationId, name })
  expect(await live.next((event) => event.type === 'renamed')).toMatchObject({ seq: 2, name: 'coffee' })
  expect(await kinds(conversationId)).toEqual(['created', 'renamed'])
  expect(await refusal(ben.trpc.conversations.rename.mutate({ conversationId, name: 'mine' }))).toMatchObject(
    {
      code: 'FORBIDDEN',
    },
  )
})
