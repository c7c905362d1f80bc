import { besideBest, besidePeers } from './beside'
import { RAW_EACH, RAW_SHARED, startConfab, startLimits, startPeers } from './contenders'
import { giveServersACore } from './cores'
import type { Figure } from './figures'
import { type Flow, pour } from './pour'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Scenario } from './scenario'
import { median } from './stats'

const CROWD = { conversations: 100, members: 2, senders: 200 }
const MANY = 64
const ROUNDS = 5
const SECONDS = 1.5
const WARM_SECONDS = 4
const MANY_AT_ONCE = { rate: Number.POSITIVE_INFINITY, inFlight: MANY, seconds: SECONDS }
const ONE_BY_ONE = { ...MANY_AT_ONCE, inFlight: 1 }

/** Two people write to each other: what saving costs, with next to no fan-out. */
export const direct: Scenario = {
  name: 'direct',
  what: () => `${CROWD.conversations} pairs online, each message saved, answered and delivered to both`,

  async run(bench) {
    const redis = await startBenchRedis(bench.stack)
    const scene = { bench, redis }
    await giveServersACore(bench, redis)
    bench.tell('getting everybody online')
    const [confab] = await startConfab(scene, [CROWD])
    const peers = await startPeers(scene, CROWD)
    if (confab === undefined) throw new Error('nobody is there')
    const all = [confab, ...peers, ...(await startLimits(scene, CROWD, [RAW_EACH, RAW_SHARED]))]
    const measure = (sides: typeof all, flow: Flow) =>
      alternate(ROUNDS, sides, (side) => pour(scene, side, flow))

    for (const side of all) await pour(scene, side, { ...MANY_AT_ONCE, seconds: WARM_SECONDS })
    bench.tell(`${MANY} in flight`)
    const many = await measure(all, MANY_AT_ONCE)
    bench.tell('one in flight')
    const one = await measure(all, ONE_BY_ONE)
    const messages = besideBest(many.compare('messages'), 'most')
    const rate = halfOf(messages)
    bench.tell(`at ${Math.round(rate)} a second`)
    const best = peers.filter(({ name }) => name === messages.peers?.[0]?.name)
    const half = await measure([confab, ...best], { ...MANY_AT_ONCE, rate })

    return [
      {
        name: `messages, ${MANY} in flight`,
        unit: '/s',
        ...messages,
        bar: { of: 'ratio', least: 1.5, goal: 2.5 },
      },
      { name: 'server CPU per message', unit: 'µs', ...besideBest(many.compare('perMessage'), 'least') },
      { name: 'send to delivery, median', unit: 'ms', ...besideBest(many.compare('p50'), 'least') },
      { name: 'send to delivery, p99', unit: 'ms', ...besideBest(many.compare('p99'), 'least') },
      { name: "PostgreSQL's CPU per message", unit: 'µs', ...besideBest(many.compare('postgres'), 'least') },
      { name: "Redis's CPU per message", unit: 'µs', ...besidePeers(many.compare('redis'), 'least') },
      { name: "load's part of its core", unit: '×', ...besideBest(many.compare('load'), 'least') },
      { name: 'with PostgreSQL and Redis', unit: '×', ...besideBest(many.compare('otherCore'), 'least') },
      {
        ...{ name: 'messages, one in flight', unit: '/s', bar: { of: 'ratio', least: 0.9, goal: 1.1 } },
        ...besideBest(one.compare('messages'), 'most'),
      },
      { name: 'the same: server CPU', unit: 'µs', ...besideBest(one.compare('perMessage'), 'least') },
      { name: 'the same: median', unit: 'ms', ...besideBest(one.compare('p50'), 'least') },
      { name: 'the same: p99', unit: 'ms', ...besideBest(one.compare('p99'), 'least') },
      {
        ...{ name: `p99 at ${Math.round(rate)} messages/s`, unit: 'ms', bar: { of: 'ratio', most: 1 } },
        ...half.compare('p99'),
      },
      { name: 'the same: median', unit: 'ms', ...half.compare('p50') },
      { name: 'the same: server CPU per message', unit: 'µs', ...half.compare('perMessage') },
    ]
  },
}

/** Of what Confab can do; of what the best peer can where that is less than this half. */
function halfOf({ confab, peers = [] }: Pick<Figure, 'confab' | 'peers'>): number {
  const [own, best] = [median(confab), median(peers[0]?.rounds ?? [])]
  return own / 2 < best ? own / 2 : best / 2
}
