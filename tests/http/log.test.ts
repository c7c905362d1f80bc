import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import pino from 'pino'
import { createApp } from '../../src/app'
import { Admission } from '../../src/http/admission'
import { createLogger } from '../../src/lib/logger'
import { signUpForReal, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

/** The real app on the real database, with its log in a list: every line at every level. */
let server: TestServer
let person: TestPerson
let app: ReturnType<typeof createApp>
const lines: string[] = []
beforeAll(async () => {
  server = await startTestServer()
  person = await signUpForReal(server)
  const logger = createLogger('trace', { write: (line: string) => lines.push(line) })
  app = createApp(
    { ...server.deps, logger },
    { socket: { upgrade: () => false, admission: new Admission({ active: 1, waiting: 1 }) } },
  )
})
afterAll(() => server.stop())

async function ask(path: string, body?: unknown): Promise<{ status: number; text: string; log: string }> {
  lines.length = 0
  const headers = { origin: server.url, cookie: person.cookie, 'content-type': 'application/json' }
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await app.request(path, init)
  return { status: response.status, text: await response.text(), log: lines.join('') }
}

const levelOf = (log: string) => pino.levels.labels[JSON.parse(log.split('\n')[0] ?? '').level]

describe('the log', () => {
  test('has a line for each request, and nothing that somebody typed or carries', async () => {
    const account = { username: person.user.username, password: 'a secret horse' }
    const wrong = await ask('/trpc/accounts.logIn', account)
    const search = await ask(
      `/trpc/accounts.people?input=${encodeURIComponent('{"query":"a secret horse"}')}`,
    )
    const fresh = await ask('/trpc/accounts.signUp', { username: 'logged', password: 'a secret horse' })
    expect([wrong, search, fresh].map(({ status, log }) => [status, levelOf(log)])).toEqual([
      [401, 'info'],
      [200, 'debug'],
      [200, 'debug'],
    ])
    for (const { log } of [wrong, search, fresh]) {
      expect(log).toContain('"requestId"')
      expect(log).not.toContain('secret')
      expect(log).not.toContain('horse')
      expect(log).not.toContain(person.cookie.split('=')[1] ?? '')
    }
    expect(fresh.log).not.toContain('argon2id')
  })

  test('has what went wrong without its data, of which the answer shows nothing', async () => {
    const { sql } = server.deps
    await sql`ALTER TABLE users ADD CONSTRAINT broken CHECK (username <> 'unlucky')`
    const failed = await ask('/trpc/accounts.signUp', { username: 'unlucky', password: 'a secret horse' })
    expect(failed.status).toBe(500)
    expect(JSON.parse(failed.text).error).toMatchObject({
      message: 'Something went wrong on the server.',
      data: { code: 'INTERNAL_SERVER_ERROR', field: null },
    })
    expect(failed.text).not.toMatch(/insert|users|constraint|\.ts|stack/i)
    expect(failed.log).toContain('"code":"23514"')
    expect(failed.log).toContain('accounts.signUp')
    expect(failed.log).not.toMatch(/unlucky|argon2id|insert into/i)
  })
})
