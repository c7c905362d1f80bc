import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { client, signUp, type TestPerson } from '../support/client'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let ada: TestPerson
let grace: TestPerson
let odd: TestPerson
beforeAll(async () => {
  server = await startTestServer()
  grace = await signUp(server, 'Grace Hopper')
  ada = await signUp(server, 'Ada Lovelace')
  odd = await signUp(server, '100 %_\\')
})
afterAll(() => server.stop())

const asPerson = ({ user: { id, username, displayName } }: TestPerson) => ({ id, username, displayName })

async function find(query: string): Promise<unknown> {
  return (await ada.trpc.accounts.people.query({ query })).people
}

test('the directory has everybody by name, and nobody who is disabled', async () => {
  const gone = await signUp(server, 'Zoe')
  await server.deps.sql`UPDATE users SET disabled_at = now() WHERE id = ${gone.user.id}`
  const { people } = await ada.trpc.accounts.people.query({})
  expect(people).toEqual([odd, ada, grace].map(asPerson))
  const byId = await ada.trpc.accounts.peopleByIds.query({ ids: [gone.user.id, newId()] })
  expect(byId.people).toEqual([asPerson(gone)])
})

test('people are found by a part of either name, in any case', async () => {
  expect(await find('LOVE')).toEqual([asPerson(ada)])
  expect(await find(` ${grace.user.username.slice(3)} `)).toEqual([asPerson(grace)])
  expect(await find('nobody of that name')).toEqual([])
})

test('what stands for anything in a pattern stands for itself', async () => {
  for (const query of ['%', '_', '\\', '%_\\']) expect(await find(query)).toEqual([asPerson(odd)])
})

test('a page is as long as asked for', async () => {
  expect((await ada.trpc.accounts.people.query({ limit: 1 })).people).toHaveLength(1)
})

test('strangers see nobody', async () => {
  const { accounts } = client(server)
  for (const asked of [accounts.people.query({}), accounts.peopleByIds.query({ ids: [ada.user.id] })])
    expect(await refusal(asked)).toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
})
