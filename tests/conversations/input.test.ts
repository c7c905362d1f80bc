import { afterAll, beforeAll, expect, test } from 'bun:test'
import { asc } from 'drizzle-orm'
import { conversations, events, members } from '../../src/conversations/tables'
import { newId } from '../../src/lib/ids'
import { CONVERSATION_NAME_MAX, CURSORS_PER_CALL, MEMBERS_PER_CALL } from '../../src/lib/limits'
import { call } from '../support/call'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let ada: TestPerson
const ids = { tea: '', adas: '', bens: '' }

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  const ben = await signUp(server, 'Ben')
  const memberIds = [ben.user.id]
  ids.tea = (
    await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'tea', memberIds })
  ).conversation.id
  ids.adas = ada.user.id
  ids.bens = ben.user.id
})
afterAll(() => server.stop())

const many = (count: number) => Array.from({ length: count }, newId)

/** A good input for each procedure; `list` takes nothing at all. */
const good: Record<string, () => Record<string, unknown>> = {
  'conversations.list': () => ({}),
  'conversations.members': () => ({ conversationId: ids.tea }),
  'conversations.browse': () => ({ query: 'tea' }),
  'conversations.create': () => ({ kind: 'public', name: 'coffee', memberIds: [] }),
  'conversations.openDirect': () => ({ userIds: [ids.bens] }),
  'conversations.join': () => ({ conversationId: ids.tea }),
  'conversations.leave': () => ({ conversationId: ids.tea }),
  'conversations.addMembers': () => ({ conversationId: ids.tea, userIds: [ids.bens] }),
  'conversations.removeMember': () => ({ conversationId: ids.tea, userId: ids.bens }),
  'conversations.rename': () => ({ conversationId: ids.tea, name: 'coffee' }),
  'receipts.update': () => ({ cursors: [{ conversationId: ids.tea, delivered: 1, read: 1 }] }),
  'typing.notify': () => ({ conversationId: ids.tea }),
}
const queries = ['conversations.list', 'conversations.members', 'conversations.browse']

interface Bad {
  value: unknown
  /** What the refusal names; the field itself when there is nothing more precise. */
  field?: string
  status?: number
}

const badIds: Bad[] = [
  ...[undefined, null, 7, true, {}, [], '', ' ', 'x', '0', '../../etc/passwd', "' OR 1=1 --"],
  ...[
    '\u0000',
    `${newId()}\u0000`,
    `${newId()} `,
    newId().slice(1),
    newId().replaceAll('-', ''),
    '💥'.repeat(99),
  ],
].map((value) => ({ value }))

const badNames: Bad[] = [
  ...[undefined, null, 7, true, {}, ['tea'], '', ' ', '\n\t ', '\u00a0'],
  ...[
    'te\u0000a',
    '\ud800',
    'tea \udfff',
    'x'.repeat(CONVERSATION_NAME_MAX + 1),
    '💥'.repeat(CONVERSATION_NAME_MAX + 1),
  ],
].map((value) => ({ value }))

const badLists = (field: string): Bad[] => [
  ...[null, 7, 'x', true, {}].map((value) => ({ value })),
  ...[null, 7, 'x', {}, [], '\u0000'].map((value) => ({ value: [newId(), value], field: `${field}.1` })),
]

const badPlaces: Bad[] = [null, '1', 1.5, -1, 2 ** 53, -(2 ** 53), true, [], {}, ''].map((value) => ({
  value,
}))

/** What each field refuses. */
const table: Record<string, Record<string, Bad[]>> = {
  'conversations.members': { conversationId: badIds },
  'conversations.browse': {
    query: [null, 7, {}, ['tea'], '\u0000', '\udead', 'x'.repeat(201)].map((value) => ({ value })),
  },
  'conversations.create': {
    kind: [undefined, null, 7, '', 'direct', 'PUBLIC', {}, ['public']].map((value) => ({ value })),
    name: badNames,
    memberIds: [
      ...badLists('memberIds'),
      { value: many(MEMBERS_PER_CALL + 1) },
      { value: [newId()], status: 404 },
      { value: many(MEMBERS_PER_CALL), status: 404 },
    ],
  },
  'conversations.openDirect': {
    userIds: [undefined, many(21)]
      .map<Bad>((value) => ({ value }))
      .concat(badLists('userIds'), [
        { value: [newId()], status: 404 },
        { value: many(19), status: 404 },
        { value: many(20) },
      ]),
  },
  'conversations.join': { conversationId: badIds },
  'conversations.leave': { conversationId: badIds },
  'conversations.addMembers': {
    conversationId: badIds,
    userIds: [undefined, [], many(MEMBERS_PER_CALL + 1)]
      .map<Bad>((value) => ({ value }))
      .concat(badLists('userIds'), [{ value: [newId()], status: 404 }]),
  },
  'conversations.removeMember': {
    conversationId: badIds,
    userId: [...badIds, { value: newId(), status: 404 }],
  },
  'conversations.rename': { conversationId: badIds, name: badNames },
  'receipts.update': {
    cursors: [
      ...[undefined, null, 7, 'x', {}].map((value) => ({ value })),
      { value: Array.from({ length: CURSORS_PER_CALL + 1 }, () => ({ conversationId: newId() })) },
    ],
    'cursors.0': [null, 7, 'x', []].map((value) => ({ value })),
    'cursors.0.conversationId': [...badIds, { value: newId(), status: 404 }],
    'cursors.0.delivered': badPlaces,
    'cursors.0.read': badPlaces,
    'cursors.0.number': [{ value: 1 }],
  },
  'typing.notify': { conversationId: badIds },
}

const cases = Object.entries(table).flatMap(([name, fields]) =>
  Object.entries(fields).map(([field, bad]) => ({ name, field, bad })),
)

test.each(cases)('$name refuses what is wrong with $field', async ({ name, field, bad }) => {
  const before = await snapshot()
  const input = (value: unknown) => replaced(good[name]?.(), field.split('.'), value)
  const refusals = await Promise.all(bad.map(async ({ value }) => (await ask(name, input(value))).error))
  for (const [index, { value, field: blamed = field, status = 400 }] of bad.entries()) {
    const error = refusals[index]
    const code = status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST'
    expect({ value, ...error }).toMatchObject({ value, code, httpStatus: status, field: blamed })
    expect(error?.sentence).toMatch(/^[A-Z].{5,100}\.$/)
  }
  expect(await snapshot()).toEqual(before)
})

test.each(Object.keys(good))('%s refuses fields it does not know, and what is no object', async (name) => {
  const before = await snapshot()
  for (const field of ['surprise', 'userId2', 'constructor'])
    expect((await ask(name, { ...good[name]?.(), [field]: 1 })).error).toMatchObject({
      code: 'BAD_REQUEST',
      httpStatus: 400,
      field,
    })
  for (const input of [null, 7, 'x', true, [], [good[name]?.()]])
    expect((await ask(name, input)).error).toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400 })
  expect(await snapshot()).toEqual(before)
})

test('an id in capitals is the same id', async () => {
  const { error } = await ask('conversations.members', { conversationId: ids.tea.toUpperCase() })
  expect(error).toBeNull()
})

test('a name may be as long as the limit says, counted in code points', async () => {
  const name = '💥'.repeat(CONVERSATION_NAME_MAX)
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'public', name })
  expect(conversation.name).toBe(name)
})

function ask(name: string, input: unknown) {
  return call(server, name, { method: queries.includes(name) ? 'GET' : 'POST', cookie: ada.cookie, input })
}

/** A copy with the value at the path put in, or taken out when it is undefined. */
function replaced(node: unknown, [key = '', ...rest]: string[], value: unknown): unknown {
  const next = (old: unknown) => (rest.length === 0 ? value : replaced(old, rest, value))
  if (Array.isArray(node)) return node.map((item, index) => (index === Number(key) ? next(item) : item))
  const fields = Object.entries(node ?? {}).filter(([name]) => name !== key)
  const old = Object.entries(node ?? {}).find(([name]) => name === key)?.[1]
  return Object.fromEntries([...fields, [key, next(old)]])
}

async function snapshot() {
  const { db } = server.deps
  return Promise.all([
    db.select().from(conversations).orderBy(asc(conversations.id)),
    db.select().from(members).orderBy(asc(members.conversationId), asc(members.userId)),
    db.select().from(events).orderBy(asc(events.conversationId), asc(events.seq)),
  ])
}
