import { describe, expect, test } from 'bun:test'
import postgres from 'postgres'
import { client, signUp } from '../support/client'
import { confab } from '../support/confab'
import { testDatabase } from '../support/postgres'
import { startTestServer } from '../support/server'

/** Each starts a few processes, on a machine that may be busy. */
const TIMEOUT = 30_000

describe('bun run confab', () => {
  test(
    'names its commands, and a command its options',
    async () => {
      const alone = await confab([])
      expect(alone).toEqual(await confab(['--help']))
      expect(alone.exit).toBe(0)
      expect(alone.lines.join('\n')).toContain('verify|invite|migrate')
      const { lines, exit } = await confab(['verify', '--help'])
      expect(exit).toBe(0)
      expect(lines.join('\n')).toContain('--seconds=<seconds>')
    },
    TIMEOUT,
  )

  test(
    'refuses what does not exist with the nearest that does, and says so with a 2',
    async () => {
      expect(await confab(['verfy'])).toEqual({
        lines: ['There is no command "verfy": did you mean verify? --help names them all.'],
        exit: 2,
      })
      expect(await confab(['verify', '--url', 'http://localhost', '--user', '3'])).toEqual({
        lines: ['There is no option --user: did you mean --users?'],
        exit: 2,
      })
      expect(await confab(['migrate', 'now'])).toEqual({ lines: ['"now" is one word too many.'], exit: 2 })
    },
    TIMEOUT,
  )

  test(
    'migrate brings a database to the newest schema',
    async () => {
      const empty = new URL(await testDatabase())
      const admin = postgres(empty.href, { max: 1, onnotice: () => {} })
      await admin`DROP SCHEMA drizzle CASCADE`
      await admin`DROP SCHEMA public CASCADE`
      await admin`CREATE SCHEMA public`
      const { lines, exit } = await confab(['migrate'], { DATABASE_URL: empty.href })
      expect(lines).toEqual(['The database has the newest schema.'])
      expect(exit).toBe(0)
      expect(await admin`SELECT FROM users`).toHaveLength(0)
      await admin.end()
    },
    TIMEOUT,
  )

  test(
    'invite makes a link that lets people in, in the name of whoever runs the server',
    async () => {
      const databaseUrl = await testDatabase()
      await using server = await startTestServer({ databaseUrl, signUp: 'invite' })
      const env = { DATABASE_URL: databaseUrl, PUBLIC_ORIGIN: server.url }
      expect(await confab(['invite'], env)).toEqual({
        lines: ['Nobody has an account yet: whoever signs up first needs no invite.'],
        exit: 1,
      })
      await signUp(server, 'Olga Owner')
      const { lines, exit } = await confab(['invite'], env)
      expect(exit).toBe(0)
      expect(lines[0]).toStartWith(`${server.url}/join/`)
      const invite = lines[0]?.split('/').at(-1)
      const input = { username: 'guest', password: 'correct horse', invite }
      const { user } = await client(server).accounts.signUp.mutate(input)
      expect(user.role).toBe('member')
    },
    TIMEOUT,
  )
})
