import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import pino from 'pino'
import type { Bus } from '../../src/live/bus'
import { createMemoryBus } from '../../src/live/memory-bus'
import { createRedisBus } from '../../src/live/redis-bus'
import { blackHole } from '../support/black-hole'
import { startRedis, type TestRedis } from '../support/redis'
import { describeWith } from '../support/require'
import { until } from '../support/until'

const logger = pino({ level: 'silent' })
const opened: Bus[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((bus) => bus.close()))
})

describe('the memory bus', () => {
  keepsTheContract(async () => {
    const bus = open(createMemoryBus())
    return { here: bus, there: bus }
  })
})

describeWith('redis', 'the Redis bus', () => {
  let redis: TestRedis

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  keepsTheContract(async () => ({ here: await connect(redis.url), there: await connect(redis.url) }))

  test('an instance hears neither its own pings nor those of others', async () => {
    const { here, there } = { here: await connect(redis.url), there: await connect(redis.url) }
    const heard = listen(there)
    await there.subscribe(['c:marker'])
    here.publish('c:marker', 'end')
    await until(() => heard.length > 0)
    expect(heard).toEqual(['c:marker end'])
  })

  test('closing leaves no connection behind', async () => {
    const bus = await connect(redis.url)
    expect(await connectionsOf(redis)).toHaveLength(2)
    await bus.close()
    await until(async () => (await connectionsOf(redis)).length === 0)
  })

  test('what was published right before closing still goes out', async () => {
    const [leaving, staying] = [await connect(redis.url), await connect(redis.url)]
    const heard = listen(staying)
    await staying.subscribe(['c:1'])
    for (let index = 0; index < 100; index++) leaving.publish('c:1', `${index}`)
    await leaving.close()
    await until(() => heard.length === 100)
  })
})

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
    const proxy = await blackHole(redis.url)
    const bus = await connect(proxy.url)
    const heard = listen(bus)
    await bus.subscribe(['c:1'])
    const away = healthTurns(bus, false)
    proxy.swallow('confab-subscriber')
    await away
    await healthTurns(bus, true)
    bus.publish('c:1', 'after')
    await until(() => heard.length > 0)
    expect(heard).toEqual(['c:1 after'])
    await bus.close()
    proxy.stop()
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
    const bus = open(createRedisBus(redis.url, logger))
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

/** `here` publishes and `there` listens: two instances on one Redis, or one in-process bus twice. */
function keepsTheContract(start: () => Promise<{ here: Bus; there: Bus }>) {
  test('a message reaches the listeners of every instance, the publisher’s too', async () => {
    const { here, there } = await start()
    const [atHere, atThere] = [listen(here), listen(there)]
    await here.subscribe(['c:1'])
    await there.subscribe(['c:1'])
    here.publish('c:1', 'hello')
    await until(() => atHere.length > 0 && atThere.length > 0)
    expect(atHere).toEqual(['c:1 hello'])
    expect(atThere).toEqual(['c:1 hello'])
  })

  test('messages of one publisher on one channel arrive in the order they were published', async () => {
    const { here, there } = await start()
    const heard = listen(there)
    await there.subscribe(['c:1'])
    const sent = Array.from({ length: 5_000 }, (_, index) => `c:1 ${index}`)
    for (const [index, line] of sent.entries()) {
      here.publish('c:1', line.slice(4))
      if (index % 1_000 === 0) await Bun.sleep(0)
    }
    await until(() => heard.length === sent.length)
    expect(heard).toEqual(sent)
  })

  test('only subscribed channels are received, however many there are', async () => {
    const { here, there } = await start()
    const heard = listen(there)
    const many = Array.from({ length: 1_201 }, (_, index) => `c:${index}`)
    await there.subscribe(many)
    here.publish('c:other', 'not asked for')
    for (const channel of many) here.publish(channel, 'x')
    await until(() => heard.length >= many.length)
    expect(heard).toEqual(many.map((channel) => `${channel} x`))
  })

  test('after unsubscribing nothing more of that channel is heard, and all of the others', async () => {
    const { here, there } = await start()
    const heard = listen(there)
    await there.subscribe(['c:1', 'c:2', 'c:3'])
    there.unsubscribe(['c:1', 'c:3'])
    await there.subscribe(['c:3'])
    for (const channel of ['c:1', 'c:2', 'c:3']) here.publish(channel, 'x')
    await until(() => heard.length >= 2)
    expect(heard).toEqual(['c:2 x', 'c:3 x'])
  })

  test('the publisher’s own listener is not called before publish returns', async () => {
    const { here } = await start()
    const heard = listen(here)
    await here.subscribe(['c:1'])
    here.publish('c:1', 'x')
    expect(heard).toEqual([])
    await until(() => heard.length > 0)
  })

  test('a payload arrives as it was, to the last code point', async () => {
    const { here, there } = await start()
    const heard = listen(there)
    await there.subscribe(['c:1'])
    const payloads = ['', '{"body":"👩‍👩‍👧 naïve\\u0000\\r\\n"}', '長'.repeat(100_000)]
    for (const payload of payloads) here.publish('c:1', payload)
    await until(() => heard.length === payloads.length)
    expect(heard).toEqual(payloads.map((payload) => `c:1 ${payload}`))
  })

  test('a closed bus hears nothing, and publishing on it harms nobody', async () => {
    const { there } = await start()
    const heard = listen(there)
    await there.subscribe(['c:1'])
    await there.close()
    there.publish('c:1', 'too late')
    await Bun.sleep(0)
    expect(heard).toEqual([])
  })
}

function open(bus: Bus): Bus {
  opened.push(bus)
  return bus
}

async function connect(url: string): Promise<Bus> {
  const bus = open(createRedisBus(url, logger))
  await healthTurns(bus, true)
  return bus
}

/** All that the bus hears from now on, as `channel payload`. */
function listen(bus: Bus): string[] {
  const heard: string[] = []
  bus.onMessage((channel, payload) => heard.push(`${channel} ${payload}`))
  return heard
}

function healthTurns(bus: Bus, wanted: boolean): Promise<void> {
  return new Promise((resolve) => bus.onHealth((healthy) => healthy === wanted && resolve()))
}

async function connectionsOf(redis: TestRedis): Promise<string[]> {
  const client = new Bun.RedisClient(redis.url)
  const list = String(await client.send('CLIENT', ['LIST']))
  client.close()
  return list.split('\n').filter((line) => line.includes('name=confab-'))
}

async function killConnection(redis: TestRedis, name: string): Promise<void> {
  const [line] = (await connectionsOf(redis)).filter((connection) => connection.includes(`name=${name}`))
  const id = line?.match(/^id=(\d+)/)?.[1]
  if (id === undefined) throw new Error(`no connection named ${name}`)
  const client = new Bun.RedisClient(redis.url)
  await client.send('CLIENT', ['KILL', 'ID', id])
  client.close()
}
