import type { Fault } from '../fault'
import { answeredOtherwise, Probe } from '../probe'

const TIMES = 5
const DOWN_MS = 3_000
/** Load before and after each. */
const AROUND_MS = 2_000

/** The power of the database's machine goes, five times. */
export const postgresKilled: Fault = {
  id: 'F10',
  title: 'kill -9 the whole PostgreSQL, 5 times',
  bar: 'sends answered 503 and held by clients; what was answered is there after recovery; no server exits',
  async run({ postgres, random, world: create, figure }) {
    const world = await create()
    const probe = new Probe(world, random.fork('probe'))
    const recoveries: number[] = []
    for (let time = 0; time < TIMES; time++) {
      world.load.start(50)
      await Bun.sleep(AROUND_MS + random.between(0, 1_000))
      world.history.phase('fault', 'PostgreSQL is killed')
      await postgres.down('SIGKILL')
      await Bun.sleep(DOWN_MS)
      await postgres.up()
      world.history.phase('heal', 'PostgreSQL runs again')
      await Bun.sleep(AROUND_MS)
      world.load.stop()
      recoveries.push((await world.settle(30_000)) ?? Number.POSITIVE_INFINITY)
    }
    const sends = (await probe.stop()).filter(({ kind }) => kind === 'send')
    // What was asked last.
    await world.settle(5_000)
    const { entries } = world.history
    const refused = entries.filter((entry) => entry.kind === 'send' && entry.outcome === 'refused')
    const exits = entries.filter((entry) => entry.kind === 'process')
    const unavailable = sends.filter(({ status }) => status === 503)
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({ name: 'answered 503', value: unavailable.length, unit: '', atLeast: TIMES })
    figure({
      name: 'answered otherwise',
      value: answeredOtherwise(sends, [200, 503]),
      unit: '',
      atMost: 0,
    })
    figure({ name: 'refused', value: refused.length, unit: '', atMost: 0 })
    figure({ name: 'servers that ended', value: exits.length, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: Math.max(...recoveries), unit: 'ms', atMost: 30_000 })
  },
}
