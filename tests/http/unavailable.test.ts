import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import type { HttpEnv } from '../../src/http/env'
import { answerCalls } from '../../src/http/trpc'
import { call } from '../support/call'
import { signUp, type TestPerson } from '../support/client'
import { testDatabase } from '../support/postgres'
import { startProxy, type TcpProxy } from '../support/proxy'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let database: TcpProxy
let server: TestServer
let person: TestPerson
beforeAll(async () => {
  database = startProxy(await testDatabase())
  server = await startTestServer({ databaseUrl: database.url })
  person = await signUp(server)
})
afterAll(async () => {
  await server.stop()
  database[Symbol.dispose]()
})

describe('while the database is away', () => {
  const calls = [
    { path: 'accounts.me', method: 'GET' },
    { path: 'accounts.people', method: 'GET', input: {} },
    { path: 'accounts.logOut', method: 'POST' },
    {
      path: 'accounts.logIn',
      method: 'POST',
      input: { username: 'ada', password: 'correct horse' },
      anonymous: true,
    },
    { path: 'accounts.signUpMode', method: 'GET', anonymous: true },
  ]

  test('calls are told to come back, nothing leaks, and all is well afterwards', async () => {
    database.cut()
    for (const { path, anonymous = false, ...options } of calls) {
      const answer = await call(server, path, anonymous ? options : { ...options, cookie: person.cookie })
      expect(answer.error, path).toEqual({
        code: 'SERVICE_UNAVAILABLE',
        httpStatus: 503,
        field: null,
        sentence: 'The server cannot do this right now. Try again in a moment.',
      })
      expect(answer.headers.get('retry-after'), path).toMatch(/^\d+$/)
    }
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${server.url}/livez`)).status).toBe(200)

    database.mend()
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 200)
    const me = await call(server, 'accounts.me', { method: 'GET', cookie: person.cookie })
    expect(me.data).toEqual({ user: person.user })
  })
})

test('a call that cannot be answered in time is told so', async () => {
  const { deps } = server
  const app = new Hono<HttpEnv>()
    .use((c, next) => {
      c.set('answerBy', performance.now() + 50)
      return next()
    })
    .get('/trpc/*', answerCalls(deps))
  await deps.sql.begin(async (tx) => {
    await tx`LOCK TABLE users IN ACCESS EXCLUSIVE MODE`
    const late = await app.request('/trpc/accounts.signUpMode')
    expect(late.status).toBe(503)
    expect(await late.json()).toMatchObject({ error: { data: { code: 'SERVICE_UNAVAILABLE' } } })
  })
})
