import type { Edge } from '../support/edge'
import type { Instance } from './instance'
import type { Random } from './random'
import type { World } from './world'

/** Something small that goes wrong in a world, and is over when it resolves, within a quarter of a minute. */
export interface Mishap {
  name: string
  happen(world: World, random: Random): Promise<void>
}

/** In milliseconds. */
const SHORT = 2_000
const LONG = 8_000

/** What goes wrong on an ordinary month, in half an hour. Instance A is never ended by them, so that it grows old. */
export const mishaps: readonly Mishap[] = [
  {
    name: 'kill -9 of B',
    async happen({ instances: [, b] }) {
      await b.kill('SIGKILL')
      await Bun.sleep(SHORT)
      await b.start()
    },
  },
  {
    name: 'SIGTERM to B',
    async happen({ instances: [, b] }) {
      await b.kill('SIGTERM')
      await b.start()
    },
  },
  {
    name: 'an instance frozen',
    async happen({ instances }, random) {
      const frozen = random.pick<Instance>(instances)
      await frozen.kill('SIGSTOP')
      await Bun.sleep(LONG)
      await frozen.kill('SIGCONT')
    },
  },
  {
    name: 'kill -9 of Redis',
    async happen({ parts: { redis } }) {
      await redis.kill('SIGKILL')
      await Bun.sleep(SHORT)
      await redis.restart()
    },
  },
  {
    name: 'Redis frozen',
    async happen({ parts: { redis } }) {
      await redis.kill('SIGSTOP')
      await Bun.sleep(LONG)
      await redis.kill('SIGCONT')
    },
  },
  {
    name: 'an instance cut off from Redis',
    happen: ({ parts: { edges } }, random) => during(random.pick(edges.redis), (edge) => edge.refuse()),
  },
  {
    name: 'a hole between an instance and Redis',
    happen: ({ parts: { edges } }, random) => during(random.pick(edges.redis), (edge) => edge.hole('down')),
  },
  {
    name: 'an instance cut off from PostgreSQL',
    happen: ({ parts: { edges } }, random) => during(random.pick(edges.postgres), (edge) => edge.refuse()),
  },
  {
    name: 'a hole between an instance and PostgreSQL',
    happen: ({ parts: { edges } }, random) =>
      during(random.pick(edges.postgres), (edge) => edge.hole('up', 'down')),
  },
  {
    name: 'all backends of PostgreSQL terminated',
    async happen({ parts: { sql } }) {
      await sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'confab' AND datname = current_database()`
    },
  },
  {
    name: 'all clients cut off',
    happen: ({ balancer }) => during(balancer.edge, (edge) => edge.refuse()),
  },
  {
    name: 'all clients far away',
    happen: ({ balancer }) => during(balancer.edge, (edge) => edge.delay(300)),
  },
]

async function during(edge: Edge, spoil: (edge: Edge) => void): Promise<void> {
  spoil(edge)
  await Bun.sleep(LONG)
  edge.pass()
}
