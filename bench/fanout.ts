import { besideBest, besideFirst, besideOnly } from './beside'
import { type Crowd, RAW, RAW_EACH, RAW_SHARED, startConfab, startLimits, startPeers } from './contenders'
import { giveServersACore } from './cores'
import type { Figure } from './figures'
import { canPin } from './machine'
import { type Flow, pour, type Scene } from './pour'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Scenario } from './scenario'
import { median } from './stats'

/** Deliveries a second, at the fixed rate. */
const RATE = 20_000
const MEMBERS = 500
const MANY_MEMBERS = 5_000
const SENDERS = 16
const WARM_SECONDS = 3
const FULL_ROUNDS = 5
/** As fast as it goes. */
const FULL = { rate: Number.POSITIVE_INFINITY, inFlight: SENDERS, seconds: 1 }
/** Short and many: the sides of a round see the same machine. */
const STEADY_ROUNDS = 7
const STEADY_SECONDS = 1

/** What one message costs the server for each of those who get it. */
export const fanout: Scenario = {
  name: 'fanout',
  what: () =>
    `${MEMBERS} members of one conversation online, and ${MANY_MEMBERS.toLocaleString('en')}${canPin ? '' : ', nothing pinned'}`,

  async run(bench) {
    const redis = await startBenchRedis(bench.stack)
    const scene = { bench, redis }
    await giveServersACore(bench, redis)
    const others = await compareWithOthers(scene)
    return [...others, ...(await compareWithItself(scene))]
  },
}

/** Confab, its peers and the limits, each with as many people. */
async function compareWithOthers(scene: Scene): Promise<Figure[]> {
  const { tell } = scene.bench
  tell(`getting ${MEMBERS} online, everywhere`)
  const crowd = crowdOf(MEMBERS)
  const [confab, lonely] = await startConfab(scene, [crowd, crowdOf(1)])
  if (confab === undefined || lonely === undefined) throw new Error('nobody is there')
  const limits = await startLimits(scene, crowd, [RAW, RAW_EACH, RAW_SHARED])
  const all = [confab, ...(await startPeers(scene, crowd)), ...limits]

  for (const side of all) await pour(scene, side, { ...FULL, seconds: WARM_SECONDS })
  tell('as fast as it goes')
  const full = await alternate(FULL_ROUNDS, all, (side) => pour(scene, side, FULL))
  tell('at a steady rate')
  const flow = steady(MEMBERS)
  const same = await alternate(STEADY_ROUNDS, all, (side) => pour(scene, side, flow))
  const alone = await alternate(STEADY_ROUNDS, [lonely], (side) => pour(scene, side, flow))

  const cpu = same.compare('perDelivery')
  // Checking, saving and answering the send is done once, whoever listens: `lonely` has next to nothing else.
  const perSend = alone.compare('perMessage').confab
  const sending = median(perSend) / MEMBERS
  const deliveries = full.compare('deliveries')
  return [
    {
      ...{ name: `${perSecond(RATE)} to ${MEMBERS}: server CPU per delivery`, unit: 'µs' },
      ...{ ...besideFirst(cpu, RAW), bar: { of: 'ratio', most: 1.25, goal: 1.1 } },
    },
    {
      ...{ name: 'the same less a lone send', unit: 'µs' },
      ...{ ...besideOnly(cpu, RAW), confab: cpu.confab.map((each) => each - sending) },
    },
    { name: 'a lone send: server CPU', unit: 'µs', confab: perSend },
    { name: 'send to delivery, median', unit: 'ms', ...besideBest(same.compare('p50'), 'least') },
    { name: 'send to delivery, p99', unit: 'ms', ...besideBest(same.compare('p99'), 'least') },
    { name: "load's part of its core", unit: '×', ...besideBest(same.compare('load'), 'least') },
    {
      ...{ name: `deliveries at most to ${MEMBERS}`, unit: '/s' },
      ...{ ...besideBest(deliveries, 'most'), bar: { of: 'ratio', least: 2.2, goal: 2.8 } },
    },
    {
      ...{ name: 'the same beside the limit', unit: '/s' },
      ...{ ...besideOnly(deliveries, RAW_SHARED), bar: { of: 'ratio', least: 0.7, goal: 0.9 } },
    },
    { name: 'server CPU per delivery', unit: 'µs', ...besideBest(full.compare('perDelivery'), 'least') },
    { name: 'send to delivery, median', unit: 'ms', ...besideBest(full.compare('p50'), 'least') },
    { name: 'send to delivery, p99', unit: 'ms', ...besideBest(full.compare('p99'), 'least') },
    { name: "load's part of its core", unit: '×', ...besideBest(full.compare('load'), 'least') },
    { name: 'with PostgreSQL and Redis', unit: '×', ...besideBest(full.compare('otherCore'), 'least') },
  ]
}

/** Confab beside itself with a tenth of the people, at as many deliveries a second. */
async function compareWithItself(scene: Scene): Promise<Figure[]> {
  const { tell } = scene.bench
  const name = `Confab, ${MEMBERS}`
  tell(`getting ${MANY_MEMBERS} online`)
  const [many] = await startConfab(scene, [crowdOf(MANY_MEMBERS)])
  const [few] = await startConfab(scene, [crowdOf(MEMBERS)])
  if (many === undefined || few === undefined) throw new Error('nobody is there')
  const sides = [many, { ...few, name }]
  for (const side of sides) await pour(scene, side, { ...FULL, seconds: WARM_SECONDS })
  tell('as fast as it goes')
  const full = await alternate(FULL_ROUNDS, sides, (side) => pour(scene, side, FULL))
  tell('at a steady rate')
  const same = await alternate(STEADY_ROUNDS, sides, (side) =>
    pour(scene, side, steady(side.audience.copies)),
  )
  return [
    {
      ...{ name: `${perSecond(RATE)} to ${MANY_MEMBERS}: server CPU per delivery`, unit: 'µs' },
      ...{ ...same.compare('perDelivery'), bar: { of: 'ratio', most: 1.1 } },
    },
    { name: 'send to delivery, median', unit: 'ms', ...same.compare('p50') },
    { name: 'send to delivery, p99', unit: 'ms', ...same.compare('p99') },
    { name: `deliveries at most to ${MANY_MEMBERS}`, unit: '/s', ...full.compare('deliveries') },
    { name: 'server CPU per delivery', unit: 'µs', ...full.compare('perDelivery') },
    { name: 'send to delivery, p99', unit: 'ms', ...full.compare('p99') },
  ]
}

function crowdOf(members: number): Crowd {
  return { conversations: 1, members, senders: Math.min(members, SENDERS), mixed: true }
}

/** One message after the other, so that frames never gather into one write while another program has the core. */
function steady(members: number): Flow {
  return { rate: RATE / members, inFlight: 1, seconds: Math.max(STEADY_SECONDS, (3 * members) / RATE) }
}

function perSecond(rate: number): string {
  return `${rate.toLocaleString('en')}/s`
}
