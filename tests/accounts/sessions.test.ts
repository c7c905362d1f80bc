import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hashToken } from '../../src/lib/tokens'
import { call } from '../support/call'
import { signUpForReal } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

const password = 'correct horse'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const tokenOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)
const idOf = (cookie: string) => hashToken(tokenOf(cookie))

async function me(cookie: string): Promise<unknown> {
  return (await call(server, 'accounts.me', { method: 'GET', cookie })).data
}

describe('a session', () => {
  test('is a cookie that scripts cannot read and other sites do not send', async () => {
    const username = 'cookie.flags'
    const { headers } = await call(server, 'accounts.signUp', { input: { username, password } })
    const [pair = '', ...flags] = (headers.get('set-cookie') ?? '').split('; ')
    expect(pair).toMatch(/^confab=[\w-]{43}$/)
    expect(flags).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Lax']))
    expect(flags.some((flag) => flag.startsWith('Domain') || flag === 'Secure')).toBe(false)
  })

  test('is Secure and bound to the host where the server is reached by https', async () => {
    await using secure = await startTestServer({ env: { PUBLIC_ORIGIN: 'https://chat.example' } })
    const headers = { origin: 'https://chat.example' }
    const input = { username: 'secure', password }
    const signedUp = await call(secure, 'accounts.signUp', { input, headers })
    const set = signedUp.headers.get('set-cookie') ?? ''
    expect(set).toMatch(/^__Host-confab=[\w-]{43}; /)
    expect(set.split('; ')).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']))
    const [cookie = ''] = set.split(';')
    const back = await call(secure, 'accounts.me', { method: 'GET', cookie })
    expect(back.data).toMatchObject({ user: { username: 'secure' } })
    const plain = await call(secure, 'accounts.me', { method: 'GET', cookie: cookie.replace('__Host-', '') })
    expect(plain.data).toEqual({ user: null })
  })

  test('is known to the database by its hash alone', async () => {
    const { user, cookie } = await signUpForReal(server)
    const rows = await server.deps.sql`SELECT id FROM sessions WHERE user_id = ${user.id}`
    expect(rows.map(({ id }) => id)).toEqual([idOf(cookie)])
    expect(await me(`confab=${idOf(cookie)}`)).toEqual({ user: null })
  })

  test('begins with a new token at each log-in, and takes the place of the one in the browser', async () => {
    const { user, cookie } = await signUpForReal(server)
    const input = { username: user.username, password }
    const again = await call(server, 'accounts.logIn', { input, cookie })
    const [renewed = ''] = (again.headers.get('set-cookie') ?? '').split(';')
    expect(renewed).not.toBe(cookie)
    expect(await me(renewed)).toEqual({ user })
    expect(await me(cookie)).toEqual({ user: null })
  })

  test('ends when its person signs out, with its sockets and without their other sessions', async () => {
    const here = await signUpForReal(server)
    const input = { username: here.user.username, password }
    const elsewhere = await call(server, 'accounts.logIn', { input })
    const [other = ''] = (elsewhere.headers.get('set-cookie') ?? '').split(';')
    using live = await here.connect()
    const out = await call(server, 'accounts.logOut', { cookie: here.cookie })
    expect(out.headers.get('set-cookie')).toMatch(/^confab=; .*Max-Age=0/)
    expect(await live.closed).toBe(4401)
    expect(await me(here.cookie)).toEqual({ user: null })
    expect(await me(other)).toEqual({ user: here.user })
    expect((await call(server, 'accounts.logOut', { cookie: here.cookie })).status).toBe(200)
  })

  const lifetimes = [
    { name: 'ends after 30 days without use', set: "expires_at = now() - interval '1 second'", lives: false },
    { name: 'lives while it is used', set: "created_at = now() - interval '179 days'", lives: true },
    { name: 'ends after 180 days of use', set: "created_at = now() - interval '180 days'", lives: false },
  ]
  for (const { name, set, lives } of lifetimes)
    test(name, async () => {
      const { user, cookie } = await signUpForReal(server)
      await server.deps.sql.unsafe(`UPDATE sessions SET ${set} WHERE id = '${idOf(cookie)}'`)
      const left = () => server.deps.sql`SELECT id FROM sessions WHERE id = ${idOf(cookie)}`
      expect(await me(cookie)).toEqual({ user: lives ? user : null })
      expect(await left()).toHaveLength(lives ? 1 : 0)
    })

  test('is prolonged by its use', async () => {
    const { cookie } = await signUpForReal(server)
    const id = idOf(cookie)
    await server.deps.sql`UPDATE sessions SET expires_at = now() + interval '10 days' WHERE id = ${id}`
    await me(cookie)
    const [row] = await server.deps
      .sql`SELECT expires_at > now() + interval '29 days' AS longer FROM sessions WHERE id = ${id}`
    expect(row?.longer).toBe(true)
  })

  for (const cookie of [
    'confab=',
    'confab=%',
    'confab=x',
    `confab=${'a'.repeat(5_000)}`,
    'confab=%00',
    '=; ;;',
    'confab="',
  ])
    test(`is not what the cookie ${JSON.stringify(cookie.slice(0, 20))} begins`, async () => {
      expect(await me(cookie)).toEqual({ user: null })
    })
})
