import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { users } from '../../src/accounts/tables'
import { conversations } from '../../src/conversations/tables'
import { newId } from '../../src/lib/ids'
import { DIRECT_OTHERS_MAX } from '../../src/lib/limits'
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

const open = (person: TestPerson, ...others: string[]) =>
  person.trpc.conversations.openDirect.mutate({ userIds: others }).then(({ conversation }) => conversation)

test('two people who open a direct conversation at once, many times over, get the same one', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? open(ada, ben.user.id) : open(ben, ada.user.id))),
  )
  const ids = [...new Set(answers.map((conversation) => conversation.id))]
  expect(ids).toHaveLength(1)
  const rows = await server.deps.db.select().from(conversations).where(eq(conversations.kind, 'direct'))
  expect(rows.map((row) => row.id)).toEqual(ids)
  const [id = ''] = ids
  expect((await readLog(server.deps, id)).map((event) => event.kind)).toEqual(['created'])
  expect([...(await readMembers(server.deps, id)).keys()].sort()).toEqual([ada.user.id, ben.user.id].sort())
})

test('the order of the people, their doubles and oneself among them make no difference', async () => {
  const first = await open(ada, ben.user.id, cleo.user.id)
  const second = await open(cleo, ada.user.id, ben.user.id, ada.user.id, cleo.user.id)
  expect(second.id).toBe(first.id)
  expect(first.people.map((person) => person.displayName)).toEqual(['Ada', 'Ben', 'Cleo'])
  expect((await open(ada, ben.user.id)).id).not.toBe(first.id)
})

test('named alone, or naming nobody, one has a conversation with oneself', async () => {
  const alone = await open(ada)
  expect(alone).toMatchObject({ kind: 'direct', name: null, role: 'member', memberCount: 1, unread: 0 })
  expect(alone.people.map((person) => person.id)).toEqual([ada.user.id])
  expect((await open(ada, ada.user.id)).id).toBe(alone.id)
  expect((await open(ben)).id).not.toBe(alone.id)
})

test('one with somebody unknown is not made', async () => {
  const before = await count()
  const refused = await refusal(open(ada, ben.user.id, newId()))
  expect(refused).toEqual({
    code: 'NOT_FOUND',
    status: 404,
    field: 'userIds',
    sentence: 'There is no such person.',
  })
  expect(await count()).toBe(before)
})

test('nobody opens one with a disabled person, but one that is there stays open', async () => {
  const dora = await signUp(server, 'Dora')
  const there = await open(ada, dora.user.id)
  await server.deps.db
    .update(users)
    .set({ disabledAt: new Date().toISOString() })
    .where(eq(users.id, dora.user.id))
  expect((await open(ada, dora.user.id)).id).toBe(there.id)
  expect(await refusal(open(ben, dora.user.id))).toMatchObject({ code: 'NOT_FOUND', field: 'userIds' })
})

test('it holds as many people as the limit says and not one more', async () => {
  const many = Array.from({ length: DIRECT_OTHERS_MAX + 1 }, (_, n) => ({
    id: newId(),
    username: `many${n}`,
    displayName: `Many ${n}`,
    role: 'member' as const,
    passwordHash: '',
  }))
  await server.deps.db.insert(users).values(many)
  const ids = many.map((person) => person.id)
  expect(await refusal(open(ada, ...ids))).toMatchObject({
    code: 'BAD_REQUEST',
    status: 400,
    field: 'userIds',
  })
  const full = await open(ada, ...ids.slice(1), ada.user.id)
  expect(full.memberCount).toBe(DIRECT_OTHERS_MAX + 1)
})

test('its people are fixed and it has no name to change', async () => {
  const { id: conversationId } = await open(ada, ben.user.id)
  const { leave, addMembers, removeMember, rename } = ada.trpc.conversations
  const attempts = [
    () => leave.mutate({ conversationId }),
    () => addMembers.mutate({ conversationId, userIds: [cleo.user.id] }),
    () => removeMember.mutate({ conversationId, userId: ben.user.id }),
    () => removeMember.mutate({ conversationId, userId: ada.user.id }),
    () => rename.mutate({ conversationId, name: 'us' }),
  ]
  for (const attempt of attempts)
    expect(await refusal(attempt())).toEqual({
      code: 'BAD_REQUEST',
      status: 400,
      field: 'conversationId',
      sentence: 'A direct conversation keeps its people and has no name.',
    })
  expect(await readLog(server.deps, conversationId)).toHaveLength(1)
})

test('both learn of it at once', async () => {
  const eve = await signUp(server, 'Eve')
  using live = await eve.connect()
  const { id } = await open(ada, eve.user.id)
  const news = await live.next((event) => event.type === 'conversation')
  expect(news).toMatchObject({ type: 'conversation', conversation: { id, kind: 'direct', lastSeq: 1 } })
})

async function count(): Promise<number> {
  return server.deps.db.$count(conversations)
}
