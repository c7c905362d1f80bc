import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Bus } from '../../src/live/bus'
import { createMemoryBus } from '../../src/live/memory-bus'
import { closeBuses, connect, connectionsOf, listen, open } from '../support/buses'
import { startRedis, type TestRedis } from '../support/redis'
import { describeWith } from '../support/require'
import { until } from '../support/until'

afterEach(closeBuses)

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
