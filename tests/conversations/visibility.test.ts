import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { call } from '../support/call'
import { client, signUp, type TestPerson } from '../support/client'
import { readLog } from '../support/log'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
/** Owns the server and none of the conversations. */
let admin: TestPerson
let owner: TestPerson
let member: TestPerson
let former: TestPerson
let stranger: TestPerson
const ids = { public: '', private: '', direct: '', unknown: newId() }

beforeAll(async () => {
  server = await startTestServer()
  admin = await signUp(server, 'Root')
  owner = await signUp(server, 'Ada')
  member = await signUp(server, 'Ben')
  former = await signUp(server, 'Cleo')
  stranger = await signUp(server, 'Dora')
  const memberIds = [member.user.id, former.user.id]
  for (const kind of ['public', 'private'] as const) {
    const { conversation } = await owner.trpc.conversations.create.mutate({ kind, name: kind, memberIds })
    ids[kind] = conversation.id
    await former.trpc.conversations.leave.mutate({ conversationId: conversation.id })
  }
  const { conversation } = await owner.trpc.conversations.openDirect.mutate({ userIds: [member.user.id] })
  ids.direct = conversation.id
})
afterAll(() => server.stop())

/** Every procedure that is about a conversation, by itself harmless to others. */
const procedures: Record<string, { method: 'GET' | 'POST'; input: (conversationId: string) => object }> = {
  'conversations.members': { method: 'GET', input: (conversationId) => ({ conversationId }) },
  'conversations.addMembers': {
    method: 'POST',
    input: (conversationId) => ({ conversationId, userIds: [stranger.user.id] }),
  },
  'conversations.leave': { method: 'POST', input: (conversationId) => ({ conversationId }) },
  'conversations.removeMember': {
    method: 'POST',
    input: (conversationId) => ({ conversationId, userId: owner.user.id }),
  },
  'conversations.rename': { method: 'POST', input: (conversationId) => ({ conversationId, name: 'mine' }) },
  'receipts.update': {
    method: 'POST',
    input: (conversationId) => ({ cursors: [{ conversationId, read: 1 }] }),
  },
  'typing.notify': { method: 'POST', input: (conversationId) => ({ conversationId }) },
}

const MISSING = { code: 'NOT_FOUND', httpStatus: 404, sentence: 'There is no such conversation.' }
const OUTSIDE = { code: 'FORBIDDEN', httpStatus: 403, sentence: 'Join this channel first.' }

describe.each(Object.entries(procedures))('%s', (name, { method, input }) => {
  const refusals = async (person: TestPerson, conversationId: string) =>
    (await call(server, name, { method, cookie: person.cookie, input: input(conversationId) })).error

  test('answers outsiders of what they may not see as if it were not there', async () => {
    for (const person of [admin, former, stranger])
      for (const id of [ids.private, ids.direct, ids.unknown])
        expect(await refusals(person, id)).toMatchObject(MISSING)
    for (const person of [owner, member]) expect(await refusals(person, ids.unknown)).toMatchObject(MISSING)
  })

  test('asks outsiders of a public channel to join first', async () => {
    for (const person of [admin, former, stranger])
      expect(await refusals(person, ids.public)).toMatchObject(OUTSIDE)
  })

  test('names the field, in the same words for all that is missing', async () => {
    const answers = [ids.private, ids.direct, ids.unknown].map((id) => refusals(stranger, id))
    const [first, ...others] = await Promise.all(answers)
    expect(first?.field).toEndWith('conversationId')
    for (const other of others) expect(other).toEqual(first ?? null)
  })

  test('is for those who are signed in', async () => {
    for (const cookie of [undefined, 'confab=nonsense']) {
      const options = { method, input: input(ids.public), ...(cookie === undefined ? {} : { cookie }) }
      expect((await call(server, name, options)).error).toMatchObject({
        code: 'UNAUTHORIZED',
        httpStatus: 401,
      })
    }
  })
})

test('joining is for public channels, and leads nobody into the others', async () => {
  const { join } = stranger.trpc.conversations
  for (const conversationId of [ids.private, ids.direct, ids.unknown]) {
    const { error } = await call(server, 'conversations.join', {
      cookie: stranger.cookie,
      input: { conversationId },
    })
    expect(error).toEqual({ ...MISSING, field: 'conversationId' })
  }
  const channel = await owner.trpc.conversations.create.mutate({ kind: 'public', name: 'open' })
  expect((await join.mutate({ conversationId: channel.conversation.id })).conversation.role).toBe('member')
  const inside = await member.trpc.conversations.join.mutate({ conversationId: ids.private })
  expect(inside.conversation).toMatchObject({ id: ids.private, role: 'member' })
})

test('what needs no conversation still needs a session', async () => {
  const nobody = client(server)
  const attempts = [
    () => nobody.conversations.list.query(),
    () => nobody.conversations.browse.query({}),
    () => nobody.conversations.create.mutate({ kind: 'public', name: 'mine' }),
    () => nobody.conversations.openDirect.mutate({ userIds: [] }),
    () => nobody.conversations.join.mutate({ conversationId: ids.public }),
  ]
  for (const attempt of attempts)
    expect(await attempt().catch((error) => error.data?.code)).toBe('UNAUTHORIZED')
})

test('none of the refusals left a trace', async () => {
  for (const id of [ids.public, ids.private])
    expect((await readLog(server.deps, id)).map((event) => event.kind)).toEqual(['created', 'left'])
  expect(await readLog(server.deps, ids.direct)).toHaveLength(1)
  const { conversations } = await admin.trpc.conversations.list.query()
  expect(conversations).toEqual([])
})
