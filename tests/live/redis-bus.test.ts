import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import pino from 'pino'
import { createRedisBus } from '../../src/live/redis-bus'
import {
  closeBuses,
  connect,
  connectionsOf,
  healthTurns,
  killConnection,
  listen,
  open,
  silent,
} from '../support/buses'
import { startProxy } from '../support/proxy'
import { startRedis, type TestRedis } from '../support/redis'
import { describeWith } from '../support/require'
import { until } from '../support/until'

afterEach(closeBuses)

describeWith('redis', 'the Redis bus in trouble', () => {
  let redis: TestRedis

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  test('a killed Redis is noticed, and after its restart all wanted channels are received again', async () => {
    const bus = await connect(redis.url)
    const heard = listen(bus)
    const many = Array.from({ length: 1_201 }, (_, index) => `c:${index}`)
    await bus.subscribe([...many, 'c:dropped'])
    const away = healthTurns(bus, false)
    await redis.kill('SIGKILL')
    await away

    await bus.subscribe(['c:during'])
    bus.unsubscribe(['c:dropped'])
    bus.publish('c:during', 'to itself')
    const back = healthTurns(bus, true)
    await redis.restart()
    await back

    for (const channel of ['c:dropped', 'c:0', 'c:1200', 'c:during']) bus.publish(channel, 'after')
    await until(() => heard.length === 4)
    expect(heard).toEqual(['c:during to itself', 'c:0 after', 'c:1200 after', 'c:during after'])
  }, 20_000)

  test('a frozen Redis, whose connections stay open, is noticed, and so is its thaw', async () => {
    const bus = await connect(redis.url)
    const heard = listen(bus)
    await bus.subscribe(['c:1'])
    const away = healthTurns(bus, false)
    await redis.kill('SIGSTOP')
    await away

    bus.publish('c:1', 'to itself')
    const back = healthTurns(bus, true)
    await redis.kill('SIGCONT')
    await back
    bus.publish('c:1', 'after')
    await until(() => heard.length > 1)
    expect(heard).toEqual(['c:1 to itself', 'c:1 after'])
  }, 20_000)

  test('a message that Redis does not take makes the bus unhealthy, before any ping is missed', async () => {
    const bus = await connect(redis.url)
    const away = healthTurns(bus, false)
    await redis.kill('SIGSTOP')
    bus.publish('c:1', 'lost')
    await away
    const back = healthTurns(bus, true)
    await redis.kill('SIGCONT')
    await back
  }, 20_000)

  test('a half-open subscriber, which TCP believes alive, is noticed and replaced', async () => {
    using proxy = startProxy(redis.url)
    const bus = await connect(proxy.url)
    const heard = listen(bus)
    await bus.subscribe(['c:1'])
    const away = healthTurns(bus, false)
    // The present connection, and not the one that takes its place.
    proxy.swallowAnswersTo('confab-subscriber').release()
    await away
    await healthTurns(bus, true)
    bus.publish('c:1', 'after')
    await until(() => heard.length > 0)
    expect(heard).toEqual(['c:1 after'])
    await bus.close()
  }, 30_000)

  for (const name of ['confab-subscriber', 'confab-publisher']) {
    test(`a killed connection of the ${name} comes back by itself`, async () => {
      const bus = await connect(redis.url)
      const heard = listen(bus)
      await bus.subscribe(['c:1'])
      const away = healthTurns(bus, false)
      await killConnection(redis, name)
      await away
      await healthTurns(bus, true)
      bus.publish('c:1', 'after')
      await until(() => heard.length > 0)
      expect(heard).toEqual(['c:1 after'])
    }, 20_000)
  }

  test('a Redis that is not there yet is waited for, with the wishes kept', async () => {
    await redis.kill('SIGKILL')
    const bus = open(createRedisBus(redis.url, silent))
    const heard = listen(bus)
    expect(bus.healthy).toBe(false)
    await bus.subscribe(['c:1'])
    const back = healthTurns(bus, true)
    await redis.restart()
    await back
    bus.publish('c:1', 'first')
    await until(() => heard.length > 0)
    expect(heard).toEqual(['c:1 first'])
  }, 20_000)

  test('it can be closed while Redis is away', async () => {
    const bus = await connect(redis.url)
    const away = healthTurns(bus, false)
    await redis.kill('SIGKILL')
    await away
    await bus.close()
    await redis.restart()
    expect(await connectionsOf(redis)).toEqual([])
  }, 20_000)

  test('its log names an outage once, and never the password', async () => {
    const lines: string[] = []
    const log = pino({ level: 'info' }, { write: (line) => lines.push(line) })
    const bus = open(createRedisBus(redis.url.replace('//', '//confab:a-secret@'), log))
    await until(() => lines.length > 0)
    await bus.close()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('bus: Redis is away')
    expect(lines[0]).not.toContain('a-secret')
  })
})
