import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { call } from '../support/call'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let person: TestPerson
beforeAll(async () => {
  server = await startTestServer()
  person = await signUp(server)
})
afterAll(() => server.stop())

const notText: unknown[] = [null, 7, true, [], {}, ['text']]
const unstorable = ['with\u0000nul', 'lone\ud800surrogate', '\udc00 lone surrogate']
const text = (max: number) => [...notText, ...unstorable, 'x'.repeat(max + 1)]
const blank = ['', ' ', '\n\t']

interface Field {
  path: string
  method?: string
  /** A whole input that is fine, in which one field is made bad. */
  good: Record<string, unknown>
  field: string
  bad: unknown[]
}

const account = { username: 'never.made', password: 'correct horse' }
const signUpField = (field: string, bad: unknown[]): Field => ({
  path: 'accounts.signUp',
  good: account,
  field,
  bad,
})
const logInField = (field: string, bad: unknown[]): Field => ({
  path: 'accounts.logIn',
  good: account,
  field,
  bad,
})
const peopleField = (field: string, bad: unknown[]): Field => ({
  path: 'accounts.people',
  method: 'GET',
  good: {},
  field,
  bad,
})
const badIds = [
  'x',
  '',
  newId().slice(1),
  `${newId()}0`,
  `{${newId()}}`,
  newId().replaceAll('-', ''),
  "1' OR '1'='1",
]

const fields: Field[] = [
  signUpField('username', [
    ...text(32),
    ...blank,
    undefined,
    'a',
    'with space',
    'ädä',
    'аdа',
    'a/b',
    '@ada',
    'ada\n',
    'a‮b',
  ]),
  signUpField('password', [
    ...text(128),
    ...blank,
    undefined,
    '1234567',
    ' '.repeat(10),
    'password123',
    'PassWord1',
  ]),
  signUpField('displayName', [...text(64), ...blank]),
  signUpField('invite', [...text(200), ...blank]),
  logInField('username', [...text(200), ...blank, undefined]),
  logInField('password', [...text(1_000), ...blank, undefined]),
  peopleField('query', text(200)),
  peopleField('limit', [null, '5', 0, -1, 201, 1.5, 1e300, [], true]),
  {
    path: 'accounts.peopleByIds',
    method: 'GET',
    good: {},
    field: 'ids',
    bad: [undefined, null, 'x', {}, [], Array.from({ length: 201 }, newId)],
  },
]

const show = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 24)

async function counts(): Promise<unknown> {
  const { sql } = server.deps
  return sql`SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM sessions) AS sessions`
}

async function expectRefused({
  path,
  method = 'POST',
  good,
  field,
  bad,
}: Omit<Field, 'bad'> & { bad: unknown }) {
  const before = await counts()
  const input = { ...good, [field]: bad }
  const answer = await call(server, path, { method, input, cookie: person.cookie })
  expect(answer.error).toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400, field })
  expect(answer.error?.sentence).toMatch(/^[A-Z].*\.$/)
  expect(answer.status).toBe(400)
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(await counts()).toEqual(before)
}

for (const { bad, ...rest } of fields)
  describe(`${rest.path} refuses as ${rest.field}`, () => {
    for (const value of bad) test(show(value), () => expectRefused({ ...rest, bad: value }))
  })

describe('accounts.peopleByIds refuses, by its place, the id', () => {
  for (const id of [...badIds, ...notText])
    test(show(id), () =>
      expectRefused({
        path: 'accounts.peopleByIds',
        method: 'GET',
        good: { ids: [newId(), id] },
        field: 'ids.1',
        bad: undefined,
      }),
    )
})

describe('what does not belong in an input is refused by name:', () => {
  const inputs: [string, string, Record<string, unknown>][] = [
    ['accounts.signUp', 'POST', { ...account, role: 'owner' }],
    ['accounts.logIn', 'POST', { ...account, remember: true }],
    ['accounts.logOut', 'POST', { all: true }],
    ['accounts.me', 'GET', { id: newId() }],
    ['accounts.signUpMode', 'GET', { mode: 'open' }],
    ['accounts.people', 'GET', { query: '', disabled: true }],
    ['accounts.peopleByIds', 'GET', { ids: [newId()], email: true }],
    ['accounts.createInvite', 'POST', { uses: 1_000 }],
  ]
  for (const [path, method, input] of inputs)
    test(path, async () => {
      const [field] = Object.keys(input).slice(-1)
      const before = await counts()
      const answer = await call(server, path, { method, input, cookie: person.cookie })
      expect(answer.error).toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400, field })
      expect(await counts()).toEqual(before)
    })

  test('__proto__, as a key of its own', async () => {
    const body = '{"username":"never.made","password":"correct horse","__proto__":{"role":"owner"}}'
    const answer = await call(server, 'accounts.signUp', { body })
    expect(answer.error).toMatchObject({ code: 'BAD_REQUEST', field: '__proto__' })
  })
})
