import { BODY_MAX } from '../../../src/lib/limits'
import { delaysOf } from '../../../verify/delays'
import type { Fault, Rig } from '../fault'
import { percentile } from '../figures'
import { busesAreHealthy, tellRedis } from '../redis'
import type { Trouble } from '../redis-edge'
import type { World } from '../world'

const PER_SECOND = 50
/** A subscriber that has more than so much to read is cut off by Redis. The first 16 KiB never count. */
const OUTPUT_LIMIT = '8kb 8kb 1'
/** 32,000 bytes: alone too much. */
const BURST_BODY = '📦'.repeat(BODY_MAX)

/** The pings come, so nothing looks wrong: only the comparison with the database can tell. */
const unseen = (channel: string) => !channel.startsWith('ping:')

const troubles: { name: string; trouble: Trouble; seconds: number }[] = [
  { name: '1 % dropped', trouble: { drop: 0.01 }, seconds: 8 },
  { name: '10 % dropped', trouble: { drop: 0.1 }, seconds: 8 },
  { name: 'all dropped but pings', trouble: { drop: 1, of: unseen }, seconds: 12 },
  { name: 'all dropped', trouble: { drop: 1 }, seconds: 12 },
  { name: 'doubled', trouble: { double: 1 }, seconds: 5 },
  { name: 'reordered', trouble: { reorder: 0.3 }, seconds: 5 },
  { name: 'all of it', trouble: { drop: 0.1, double: 0.2, reorder: 0.2 }, seconds: 8 },
]
const fastTroubles: typeof troubles = [
  { name: 'all of it', trouble: { drop: 0.1, double: 0.2, reorder: 0.2 }, seconds: 2 },
  { name: 'all dropped but pings', trouble: { drop: 1, of: unseen }, seconds: 0.5 },
]

/** The bus is a hint: whatever becomes of it, the database is read for what is missing. */
export const busLossy: Fault = {
  id: 'F9',
  title: 'Redis loses, doubles and reorders messages, and throws its subscribers out',
  bar: 'nothing lost',
  fast: true,
  async run(rig) {
    const { fast, figure } = rig
    const world = await rig.world()
    const { history, load, parts } = world
    await world.recordResources('before')
    await busesAreHealthy(world)
    load.start(PER_SECOND)
    const spans: { name: string; from: number; to: number }[] = []
    for (const { name, trouble, seconds } of fast ? fastTroubles : troubles) {
      const from = history.now()
      history.phase('fault', name)
      for (const edge of parts.edges.redis) edge.mistreat(trouble)
      await Bun.sleep(seconds * 1_000)
      for (const edge of parts.edges.redis) edge.pass()
      history.phase('heal', name)
      spans.push({ name, from, to: history.now() })
      if (!fast) await busesAreHealthy(world)
    }
    const thrownOut = await throwOut(world, rig)
    load.stop()
    const cutOff = await overflow(world)
    const settled = await world.settle(30_000)
    await world.recordResources('after')

    for (const { name, from, to } of spans) {
      const delays = delaysOf(history, from, to)
      const [p50, last] = [percentile(delays, 0.5), percentile(delays, 1)].map(Math.round)
      rig.note(`${name}: p50 ${p50} ms, the last ${last} ms`)
    }
    const tally = (what: 'dropped' | 'doubled' | 'reordered') =>
      parts.edges.redis.reduce((sum, edge) => sum + edge.tally[what], 0)
    figure({ name: 'messages', value: load.written, unit: '' })
    for (const what of ['dropped', 'doubled', 'reordered'] as const)
      figure({ name: what, value: tally(what), unit: '', atLeast: 1 })
    figure({ name: 'thrown out', value: thrownOut, unit: '', atLeast: 2 })
    figure({ name: 'cut off by the output limit', value: cutOff, unit: '', atLeast: 1 })
    figure({ name: 'filled from the database', value: await world.filled(), unit: '', atLeast: 1 })
    figure({ name: 'the last arrival', value: percentile(delaysOf(history), 1), unit: 'ms' })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}

/** @returns how many subscribers Redis disconnected */
async function throwOut(world: World, { fast, random }: Rig): Promise<number> {
  let count = 0
  const chance = random.fork('thrown out')
  for (let round = 0; round < (fast ? 3 : 20); round++) {
    world.history.phase('fault', 'subscribers are thrown out')
    count += Number(await tellRedis(world, 'CLIENT', 'KILL', 'TYPE', 'pubsub'))
    await Bun.sleep(chance.between(100, 500))
  }
  world.history.phase('heal', 'subscribers are left alone')
  await busesAreHealthy(world)
  return count
}

/** Everybody says something long at the same time. @returns how many subscribers Redis cut off for it */
async function overflow(world: World): Promise<number> {
  const before = await subscribers(world)
  world.history.phase('fault', `output limit ${OUTPUT_LIMIT}`)
  await tellRedis(world, 'CONFIG', 'SET', 'client-output-buffer-limit', `pubsub ${OUTPUT_LIMIT}`)
  for (const participant of world.participants) {
    const [id] = participant.session.timelines.all()[0] ?? []
    if (id !== undefined) participant.write(id, BURST_BODY)
  }
  while (world.participants.some(({ owed }) => owed > 0)) await Bun.sleep(20)
  await tellRedis(world, 'CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 32mb 8mb 60')
  world.history.phase('heal', 'the output limit is the default again')
  await busesAreHealthy(world)
  const after = await subscribers(world)
  return before.difference(after).size
}

/** By the ids that Redis gives to connections. */
async function subscribers(world: World): Promise<Set<string>> {
  const list = String(await tellRedis(world, 'CLIENT', 'LIST', 'TYPE', 'pubsub'))
  return new Set([...list.matchAll(/\bid=(\d+)/g)].map(([, id = '']) => id))
}
