import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { client, signUpForReal } from '../support/client'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

const password = 'correct horse'
const CROWD = 20

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

describe('signing up', () => {
  test('exactly one of twenty who come first at once owns the server', async () => {
    const before = await client(server).accounts.signUpMode.query()
    const people = await Promise.all(Array.from({ length: CROWD }, () => signUpForReal(server)))
    const roles = people.map(({ user }) => user.role)
    expect(before).toEqual({ mode: 'open', first: true })
    expect(await client(server).accounts.signUpMode.query()).toEqual({ mode: 'open', first: false })
    expect(roles.filter((role) => role === 'owner')).toHaveLength(1)
    expect(roles.filter((role) => role === 'member')).toHaveLength(CROWD - 1)
  })

  test('a name goes to one of those who want it at once, however they spell it', async () => {
    const tries = Array.from({ length: CROWD }, (_, index) => {
      const username = index % 2 === 0 ? 'grace.hopper' : 'Grace.Hopper'
      return client(server).accounts.signUp.mutate({ username, password })
    })
    const results = await Promise.allSettled(tries)
    const lost = tries.filter((_, index) => results[index]?.status === 'rejected')
    expect(lost).toHaveLength(CROWD - 1)
    for (const one of lost)
      expect(await refusal(one)).toMatchObject({ code: 'CONFLICT', status: 409, field: 'username' })
  })

  test('a new person is signed in, under the name they gave or else their user name', async () => {
    const named = await signUpForReal(server, '  Ada Lovelace ')
    const { user: unnamed } = await client(server).accounts.signUp.mutate({
      username: 'Plain_Name',
      password,
    })
    expect(await named.trpc.accounts.me.query()).toEqual({ user: named.user })
    expect(named.user.displayName).toBe('Ada Lovelace')
    expect(unnamed).toMatchObject({ username: 'plain_name', displayName: 'plain_name', role: 'member' })
  })

  test('a password is kept as argon2id at the cost that was decided', async () => {
    const { user } = await signUpForReal(server)
    const [row] = await server.deps.sql`SELECT password_hash AS hash FROM users WHERE id = ${user.id}`
    expect(row?.hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  })

  test('a password is compared whole, and may hold anything that can be written', async () => {
    const long = `${'ü'.repeat(64)} ${'🦊'.repeat(63)}`
    await client(server).accounts.signUp.mutate({ username: 'long-password', password: long })
    const logIn = (text: string) =>
      client(server).accounts.logIn.mutate({ username: 'long-password', password: text })
    expect((await logIn(long)).user.username).toBe('long-password')
    expect((await refusal(logIn(long.slice(0, -2)))).code).toBe('UNAUTHORIZED')
  })
})
