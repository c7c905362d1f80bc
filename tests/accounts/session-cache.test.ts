import { expect, test } from 'bun:test'
import { SessionCache } from '../../src/accounts/session-cache'
import type { Viewer } from '../../src/accounts/sessions'
import { newId } from '../../src/lib/ids'
import { createMemoryBus } from '../../src/live/memory-bus'
import { call } from '../support/call'
import { signUpForReal } from '../support/client'
import { testDatabase } from '../support/postgres'
import { hasRedis, startRedis } from '../support/redis'
import { startTestServer } from '../support/server'
import { until } from '../support/until'

const viewer: Viewer = {
  sessionId: 'a session',
  user: { id: newId(), username: 'ada', displayName: 'Ada', role: 'member' },
}

/** Answers as the database would, and counts how often it is asked. */
class Reader {
  asked = 0
  constructor(readonly answer: () => Promise<Viewer | null> = async () => viewer) {}

  readonly read = (): Promise<Viewer | null> => {
    this.asked += 1
    return this.answer()
  }
}

test('requests that come together, or soon after each other, ask the database once', async () => {
  const cache = new SessionCache(createMemoryBus())
  const reader = new Reader()
  const together = await Promise.all([cache.get('s', reader.read), cache.get('s', reader.read)])
  expect([...together, await cache.get('s', reader.read)]).toEqual([viewer, viewer, viewer])
  expect(reader.asked).toBe(1)
})

test('nobody, and a database that failed, are asked for again', async () => {
  const cache = new SessionCache(createMemoryBus())
  const nobody = new Reader(async () => null)
  expect(await cache.get('s', nobody.read)).toBeNull()
  expect(await cache.get('s', nobody.read)).toBeNull()
  expect(nobody.asked).toBe(2)
  const away = new Reader(() => Promise.reject(new Error('away')))
  await expect(cache.get('t', away.read)).rejects.toThrow('away')
  expect(await cache.get('t', new Reader().read)).toBe(viewer)
})

test('a session that ends while it is being read is not remembered', async () => {
  const cache = new SessionCache(createMemoryBus())
  const { promise, resolve } = Promise.withResolvers<Viewer | null>()
  const early = cache.get('s', () => promise)
  cache.end('s')
  resolve(viewer)
  await early
  expect(await cache.get('s', async () => null)).toBeNull()
})

test.skipIf(!hasRedis)(
  'who signs out on one instance is signed out on the others, where they were remembered',
  async () => {
    const redis = await startRedis()
    const options = { databaseUrl: await testDatabase(), redisUrl: redis.url }
    await using here = await startTestServer(options)
    await using there = await startTestServer(options)
    await until(() => here.deps.bus.healthy && there.deps.bus.healthy)
    const { user, cookie } = await signUpForReal(here)
    const me = async () => (await call(there, 'accounts.me', { method: 'GET', cookie })).data
    expect(await me()).toEqual({ user })
    await call(here, 'accounts.logOut', { cookie })
    // Sooner than it would be forgotten anyway.
    await until(async () => Bun.deepEquals(await me(), { user: null }), { within: 3_000 })
    await redis.stop()
  },
)
