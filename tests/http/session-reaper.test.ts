import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startSession } from '../../src/accounts/sessions'
import { SessionReaper } from '../../src/http/session-reaper'
import { createLogger } from '../../src/lib/logger'
import { hashToken } from '../../src/lib/tokens'
import { socketClass } from '../../verify/program'
import { signUp, type TestPerson } from '../support/client'
import { testDatabase } from '../support/postgres'
import { startProxy } from '../support/proxy'
import { startRedis, type TestRedis } from '../support/redis'
import { describeWith } from '../support/require'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

/** A round comes every 5 s. */
const ROUNDS_MS = 20_000

const idOf = ({ cookie }: TestPerson) => hashToken(cookie.slice(cookie.indexOf('=') + 1))

describe('a session that ends without a word', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.stop())

  const endings: [name: string, end: (person: TestPerson) => Promise<unknown>][] = [
    ['deleted', (person) => server.deps.sql`DELETE FROM sessions WHERE id = ${idOf(person)}`],
    [
      'idle too long',
      (person) => server.deps.sql`UPDATE sessions SET expires_at = now() WHERE id = ${idOf(person)}`,
    ],
    [
      'too old',
      (person) =>
        server.deps
          .sql`UPDATE sessions SET created_at = now() - interval '180 days' WHERE id = ${idOf(person)}`,
    ],
    [
      'of somebody disabled',
      ({ user }) => server.deps.sql`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`,
    ],
  ]
  test(
    `loses its sockets with 4401, be it ${endings.map(([name]) => name).join(', ')}; the others stay`,
    async () => {
      const bystander = await signUp(server, 'Bystander')
      using staying = await bystander.connect()
      const people = await Promise.all(endings.map(() => signUp(server)))
      const lives = await Promise.all(people.map((person) => person.connect()))
      await Promise.all(people.map((person, index) => endings[index]?.[1](person)))
      expect(await Promise.all(lives.map((live) => live.closed))).toEqual(endings.map(() => 4401))
      expect(server.deps.hub.followerCount).toBe(1)
      const { conversation } = await bystander.trpc.conversations.openDirect.mutate({ userIds: [] })
      await staying.next(
        (event) => event.type === 'conversation' && event.conversation.id === conversation.id,
      )
    },
    ROUNDS_MS,
  )

  test(
    'loses a socket that subscribed to nothing, and its person’s other sessions lose none',
    async () => {
      const ada = await signUp(server)
      using staying = await ada.connect()
      const { token } = await startSession(server.deps, ada.user.id)
      const Socket = socketClass({ cookie: `confab=${token}`, origin: server.url })
      const silent = new Socket(`${server.url.replace('http', 'ws')}/trpc`)
      await new Promise((resolve) => silent.addEventListener('open', resolve))
      const closed = new Promise((resolve) => silent.addEventListener('close', ({ code }) => resolve(code)))
      await server.deps.sql`DELETE FROM sessions WHERE id = ${hashToken(token)}`
      expect(await closed).toBe(4401)
      expect(await Promise.race([staying.closed, 'open'])).toBe('open')
    },
    ROUNDS_MS,
  )
})

test(
  'a database that is away ends no session',
  async () => {
    using proxy = startProxy(await testDatabase())
    await using server = await startTestServer({ databaseUrl: proxy.url })
    const ada = await signUp(server)
    using live = await ada.connect()
    const lines: string[] = []
    const logger = createLogger('warn', { write: (line) => void lines.push(line) })
    const sockets = { sessionIds: () => [idOf(ada)], signOut: (ended: Set<string>) => lines.push(...ended) }
    const reaper = new SessionReaper({ ...server.deps, logger }, sockets)
    proxy.cut()
    await until(() => lines.length > 0)
    await reaper.close()
    proxy.mend()
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['could not look for sessions that ended'])
    expect(await Promise.race([live.closed, 'open'])).toBe('open')
  },
  ROUNDS_MS,
)

describeWith('redis', 'a log-out that the bus does not tell of', () => {
  let redis: TestRedis
  let here: TestServer
  let there: TestServer
  beforeAll(async () => {
    redis = await startRedis()
    const options = { databaseUrl: await testDatabase(), redisUrl: redis.url }
    here = await startTestServer(options)
    there = await startTestServer(options)
  })
  afterAll(async () => {
    await here.stop()
    await there.stop()
    await redis.stop()
  })

  test(
    'closes the sockets of other instances all the same',
    async () => {
      const ada = await signUp(here)
      const ben = await signUp(here)
      using leaving = await ada.on(there).connect()
      using staying = await ben.on(there).connect()
      await redis.kill('SIGKILL')
      await until(() => !here.deps.bus.healthy && !there.deps.bus.healthy)
      await ada.trpc.accounts.logOut.mutate()
      expect(await leaving.closed).toBe(4401)
      expect(await Promise.race([staying.closed, 'open'])).toBe('open')
    },
    ROUNDS_MS,
  )
})
