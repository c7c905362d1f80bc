import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Passwords } from '../../src/accounts/passwords'
import { client, signUpForReal } from '../support/client'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

const password = 'correct horse'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

function logIn(username: string, text = password) {
  return client(server).accounts.logIn.mutate({ username, password: text })
}

describe('logging in', () => {
  test('works with the name in any case, and the person is the same', async () => {
    const { user } = await signUpForReal(server)
    expect(await logIn(user.username.toUpperCase())).toEqual({ user })
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const { user } = await signUpForReal(server)
    const wrong = await refusal(logIn(user.username, 'wrong horse'))
    const unknown = await refusal(logIn('nobody.at.all'))
    expect(wrong).toEqual(unknown)
    expect(wrong).toMatchObject({ code: 'UNAUTHORIZED', status: 401, field: null })
  })

  test('somebody disabled is told so only with the right password, and their sessions end', async () => {
    const { user, trpc } = await signUpForReal(server)
    await server.deps.sql`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`
    expect(await refusal(logIn(user.username))).toMatchObject({ code: 'FORBIDDEN', status: 403 })
    expect(await refusal(logIn(user.username, 'wrong horse'))).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await trpc.accounts.me.query()).toEqual({ user: null })
    expect(await refusal(trpc.accounts.people.query({}))).toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('a hash of a lower cost is made anew', async () => {
    const { user } = await signUpForReal(server)
    const weak = await Bun.password.hash(password, { algorithm: 'argon2id', memoryCost: 8_192, timeCost: 1 })
    await server.deps.sql`UPDATE users SET password_hash = ${weak} WHERE id = ${user.id}`
    await logIn(user.username)
    const [row] = await server.deps.sql`SELECT password_hash AS hash FROM users WHERE id = ${user.id}`
    expect(row?.hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
    expect((await logIn(user.username)).user).toEqual(user)
  })

  test('a flood of them is worked off a few at a time, and what is too much is told to come back', async () => {
    const passwords = new Passwords({ atOnce: 2, waiting: 3 })
    const flood = () => Promise.allSettled(Array.from({ length: 8 }, () => passwords.hash(password)))
    for (const results of [await flood(), await flood()]) {
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
      expect(refused).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE'])
    }
  })
})
