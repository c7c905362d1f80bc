import { delaysOf } from '../../../verify/delays'
import type { Fault } from '../fault'
import { answersOf, percentile, type Span } from '../figures'
import { busesAreHealthy, noticed } from '../redis'
import type { World } from '../world'

const PER_SECOND = 50
const NOTICED_MS = 6_000
/** ioredis keeps a command until it is answered: pings, until the connections are given up. */
const COMMANDS_MAX = 50

/** Redis goes silent with its connections open, so TCP has nothing to tell. `begin` answers with what ends it. */
const silences: { name: string; begin: (world: World) => Promise<() => Promise<void> | void> }[] = [
  {
    name: 'frozen',
    async begin({ parts: { redis } }) {
      await redis.kill('SIGSTOP')
      return () => redis.kill('SIGCONT')
    },
  },
  {
    name: 'black hole',
    async begin({ parts: { edges } }) {
      for (const edge of edges.redis) edge.hole('up', 'down')
      return () => passAll(edges.redis)
    },
  },
  {
    // Publishing works, and nothing comes: the half-open subscriber that ioredis cannot see.
    name: 'deaf subscriber',
    async begin({ parts: { edges } }) {
      for (const edge of edges.redis) edge.mistreat({ drop: 1 })
      return () => passAll(edges.redis)
    },
  },
]

export const redisSilent: Fault = {
  id: 'F8',
  title: 'Redis is silent: frozen, in a black hole, or to subscribers only',
  bar: 'noticed ≤ 6 s; no growing queue; no send fails',
  async run({ fast, world: create, figure, note }) {
    const world = await create()
    const { history, load } = world
    await world.recordResources('before')
    load.start(PER_SECOND)
    await busesAreHealthy(world)
    await Bun.sleep(2_000)
    const spans: (Span & { name: string })[] = []
    for (const { name, begin } of silences) {
      const from = history.now()
      history.phase('fault', name)
      const end = await begin(world)
      const after = await noticed(world, from, 2 * NOTICED_MS)
      const early = await queuedBy(world)
      await Bun.sleep(fast ? 2_000 : 15_000)
      const late = await queuedBy(world)
      history.phase('heal', name)
      await end()
      await busesAreHealthy(world)
      spans.push({ name, from, to: history.now() })
      figure({ name: `${name}: noticed after`, value: after, unit: 'ms', atMost: NOTICED_MS })
      figure({ name: 'commands waiting', value: late.commands, unit: '', atMost: COMMANDS_MAX })
      figure({ name: 'heap', value: (100 * late.heap) / early.heap, unit: '%', atMost: 110 })
    }
    load.stop()
    const settled = await world.settle(30_000)
    await world.recordResources('after')
    for (const span of spans) {
      const answers = answersOf(history, span)
      const delays = delaysOf(history, span.from, span.to)
      const [p99, p50, last] = [percentile(answers.ms, 0.99), percentile(delays, 0.5), percentile(delays, 1)]
      note(
        `${span.name}: answers p99 ${p99.toFixed(0)} ms, arrivals p50 ${p50.toFixed(0)} ms, the last ${last.toFixed(0)} ms`,
      )
    }
    const { failed } = answersOf(history, { from: 0, to: history.now() })
    figure({ name: 'failed sends', value: failed, unit: '', atMost: 0 })
    figure({ name: 'messages', value: load.written, unit: '' })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}

function passAll(edges: World['parts']['edges']['redis']): void {
  for (const edge of edges) edge.pass()
}

/** Of both instances together. */
async function queuedBy({ instances }: World): Promise<{ heap: number; commands: number }> {
  const queued = await Promise.all(instances.map((instance) => instance.queued()))
  return {
    heap: queued.reduce((sum, { heap = 0 }) => sum + heap, 0),
    commands: queued.reduce((sum, { commands = 0 }) => sum + commands, 0),
  }
}
