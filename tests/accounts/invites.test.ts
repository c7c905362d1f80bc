import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hashToken } from '../../src/lib/tokens'
import { call } from '../support/call'
import { client, signUp, type TestPerson } from '../support/client'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

const CROWD = 20

let server: TestServer
let owner: TestPerson
beforeAll(async () => {
  server = await startTestServer({ signUp: 'invite' })
  owner = await signUp(server)
})
afterAll(() => server.stop())

let made = 0
function join(invite?: string) {
  const username = `guest${++made}`
  return client(server).accounts.signUp.mutate({ username, password: 'correct horse', invite })
}

async function invite(usesLeft: number): Promise<string> {
  const { url } = await owner.trpc.accounts.createInvite.mutate()
  const token = new URL(url).pathname.replace('/join/', '')
  await server.deps.sql`UPDATE invites SET uses_left = ${usesLeft} WHERE token_hash = ${hashToken(token)}`
  return token
}

async function usesLeft(token: string): Promise<number> {
  const [row] = await server.deps.sql`SELECT uses_left FROM invites WHERE token_hash = ${hashToken(token)}`
  return row?.uses_left
}

describe('where sign-up is by invite', () => {
  test('the first person needs none and owns the server', async () => {
    expect(owner.user.role).toBe('owner')
    expect(await client(server).accounts.signUpMode.query()).toEqual({ mode: 'invite', first: false })
  })

  test('an invite is a link on the public origin, good for a week, and lets people in', async () => {
    const { url, expiresAt } = await owner.trpc.accounts.createInvite.mutate()
    expect(url).toMatch(/^http:\/\/localhost:\d+\/join\/[\w-]{43}$/)
    const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(7)
    const { user } = await join(url.slice(url.lastIndexOf('/') + 1))
    expect(user.role).toBe('member')
  })

  test('its last use goes to one of those who try at once', async () => {
    const token = await invite(1)
    const results = await Promise.allSettled(Array.from({ length: CROWD }, () => join(token)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await usesLeft(token)).toBe(0)
  })

  test('nobody comes in without a good one', async () => {
    const over = await invite(5)
    await server.deps.sql`UPDATE invites SET expires_at = now() WHERE token_hash = ${hashToken(over)}`
    for (const token of [undefined, 'made-up', over, await invite(0), hashToken(await invite(1))])
      expect(await refusal(join(token))).toMatchObject({ code: 'FORBIDDEN', status: 403, field: 'invite' })
  })

  test('a name that is taken costs no use', async () => {
    const token = await invite(1)
    const { username } = owner.user
    const taken = client(server).accounts.signUp.mutate({
      username,
      password: 'correct horse',
      invite: token,
    })
    expect(await refusal(taken)).toMatchObject({ code: 'CONFLICT', field: 'username' })
    expect(await usesLeft(token)).toBe(1)
  })

  test('only those who run the server make one', async () => {
    const input = { username: 'curious', password: 'correct horse', invite: await invite(1) }
    const joined = await call(server, 'accounts.signUp', { input })
    const [cookie = ''] = (joined.headers.get('set-cookie') ?? '').split(';')
    const asMember = await call(server, 'accounts.createInvite', { cookie })
    const asNobody = await call(server, 'accounts.createInvite')
    expect(asMember.error).toMatchObject({ code: 'FORBIDDEN', httpStatus: 403 })
    expect(asNobody.error).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 })
  })
})
