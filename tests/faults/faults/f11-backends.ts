import { delaysOf } from '../../../verify/delays'
import type { Fault } from '../fault'
import { percentile } from '../figures'
import { answeredOtherwise, Probe } from '../probe'
import type { Random } from '../random'
import type { World } from '../world'

const KILLING_S = 20
const STOPPED_MS = 20_000
const AFTER_S = 5
/** The most connections that both instances' pools may have. */
const POOLS = 20

/** An administrator at work: connections are ended one after the other, then PostgreSQL is stopped for a while. */
export const backends: Fault = {
  id: 'F11',
  title: 'terminate random database backends each second for 20 s, then stop PostgreSQL for 20 s',
  bar: 'every answer within 8 s; the pool recovers',
  async run({ postgres, random, world: create, figure }) {
    const world = await create()
    const probe = new Probe(world, random.fork('probe'))
    world.load.start(50)
    const killed = await terminateSome(world, random.fork('backends'))
    world.history.phase('fault', 'PostgreSQL is stopped')
    await postgres.down()
    await Bun.sleep(STOPPED_MS)
    await postgres.up()
    world.history.phase('heal', 'PostgreSQL runs again')
    world.load.stop()
    const settled = await world.settle(30_000)
    const probed = await probe.stop()
    const afterwards = world.history.now()
    await world.load.run(100, AFTER_S)
    await world.settle(10_000)
    const slowest = world.history.entries.reduce(
      (ms, entry) => (entry.kind === 'answer' ? Math.max(ms, entry.endedAt - entry.startedAt) : ms),
      0,
    )
    figure({ name: 'backends terminated', value: killed, unit: '', atLeast: KILLING_S })
    figure({ name: 'slowest answer', value: slowest, unit: 'ms', atMost: 8_000 })
    figure({
      name: 'answered neither 200 nor 503',
      value: answeredOtherwise(probed, [200, 503]),
      unit: '',
      atMost: 0,
    })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })
    figure({
      name: 'p99 then',
      value: percentile(delaysOf(world.history, afterwards), 0.99),
      unit: 'ms',
      atMost: 500,
    })
    figure({ name: 'connections then', value: await poolOf(world), unit: '', atLeast: 2, atMost: POOLS })
  },
}

/** Up to three a second: of the pools, of the instances' locks, whichever they are. */
async function terminateSome(world: World, random: Random): Promise<number> {
  const { sql } = world.parts
  let killed = 0
  for (let second = 0; second < KILLING_S; second++) {
    const rows = await sql<{ pid: number }[]>`
      SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'confab%' ORDER BY backend_start, pid`
    const chosen = random.sample(rows, 1 + random.below(3)).map(({ pid }) => pid)
    world.history.phase('fault', `${chosen.length} backends are terminated`)
    await sql`SELECT pg_terminate_backend(pid) FROM unnest(${chosen}::int[]) AS chosen (pid)`
    killed += chosen.length
    await Bun.sleep(1_000)
  }
  return killed
}

async function poolOf({ parts }: World): Promise<number> {
  const [row] = await parts.sql<{ count: string }[]>`
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'confab'`
  return Number(row?.count)
}
