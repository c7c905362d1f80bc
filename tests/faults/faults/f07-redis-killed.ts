import { delaysOf } from '../../../verify/delays'
import type { Fault } from '../fault'
import { answersOf, percentile, type Span } from '../figures'
import { busesAreHealthy } from '../redis'

const PER_SECOND = 50
/** What a p99 of a few thousand answers may differ by without anything being the matter. */
const AS_BEFORE = { times: 1.5, ms: 20 }

/** Each instance is on its own: its people go on as if nothing had happened, and the database carries the rest. */
export const redisKilled: Fault = {
  id: 'F7',
  title: 'kill -9 Redis, and leave it down',
  bar: 'no send fails, answers as fast as before; to the other instance ≤ 3 s during the outage; caught up after',
  async run({ fast, world: create, figure }) {
    const world = await create()
    const { history, load, parts } = world
    await world.recordResources('before')
    load.start(PER_SECOND)
    const before = { from: history.now(), to: 0 }
    await Bun.sleep(fast ? 3_000 : 15_000)
    before.to = history.now()
    const outages: Span[] = []
    for (const seconds of fast ? [2] : [2, 15, 60]) {
      const from = history.now()
      history.phase('fault', `Redis is killed for ${seconds} s`)
      await parts.redis.kill('SIGKILL')
      await Bun.sleep(seconds * 1_000)
      history.phase('heal', 'Redis is started again')
      await parts.redis.restart()
      await busesAreHealthy(world)
      // Until the last instance is back: what it tells before reaches nobody else.
      outages.push({ from, to: history.now() })
    }
    load.stop()
    const settled = await world.settle(30_000)
    await world.recordResources('after')

    const usual = percentile(answersOf(history, before).ms, 0.99)
    const during = outages.map((outage) => answersOf(history, outage))
    const answers = during.flatMap(({ ms }) => ms)
    const delays = outages.flatMap(({ from, to }) => delaysOf(history, from, to))
    const failed = answersOf(history, { from: 0, to: history.now() }).failed
    const most = usual * AS_BEFORE.times + AS_BEFORE.ms
    figure({ name: 'messages', value: load.written, unit: '' })
    figure({ name: 'answers before, p99', value: usual, unit: 'ms' })
    figure({ name: 'during, p99', value: percentile(answers, 0.99), unit: 'ms', atMost: most })
    figure({ name: 'failed sends', value: failed, unit: '', atMost: 0 })
    figure({ name: 'arrivals during', value: delays.length, unit: '', atLeast: 100 })
    figure({ name: 'their p50', value: percentile(delays, 0.5), unit: 'ms' })
    figure({ name: 'the last', value: percentile(delays, 1), unit: 'ms', atMost: 3_000 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}
