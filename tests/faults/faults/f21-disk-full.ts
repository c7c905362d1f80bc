import type { Fault } from '../fault'
import { RigPostgres } from '../postgres'
import { answeredOtherwise, Probe } from '../probe'
import { SmallDisk } from '../small-disk'
import type { World } from '../world'

const DATA_MB = 160
const LOG_MB = 128
const FULL_MS = 30_000
const AROUND_MS = 2_000

/** Somebody else's files fill the disk under PostgreSQL: first the data's, then the write-ahead log's too. */
export const diskFull: Fault = {
  id: 'F21',
  title: 'disk full under PostgreSQL for 30 s: data files only, then the write-ahead log too',
  bar: 'data: sends 503, reads fine; log: PostgreSQL stops itself, 503 for all; after each all drains, and no server ends',
  async run({ random, world: create, figure, defer, skip }) {
    const data = SmallDisk.mount(DATA_MB)
    if (data === null) return skip('a small disk can be mounted by root on Linux alone')
    defer(async () => data[Symbol.dispose]())
    const log = SmallDisk.mount(LOG_MB)
    if (log === null) return skip('a second small disk cannot be mounted')
    defer(async () => log[Symbol.dispose]())
    const postgres = await RigPostgres.start({
      folder: data.folder,
      logFolder: log.folder,
      // By itself it would keep more of its log than fits.
      settings: { max_wal_size: '64MB', min_wal_size: '32MB' },
    })
    defer(() => postgres.down())
    const world = await create({ postgres })

    world.load.start(50)
    await Bun.sleep(AROUND_MS)
    const dataProbe = new Probe(world, random.fork('data'))
    world.history.phase('fault', 'the data disk is full')
    data.fill()
    await Bun.sleep(FULL_MS)
    data.free()
    world.history.phase('heal', 'the data disk has room')
    await Bun.sleep(AROUND_MS)
    world.load.stop()
    const whileData = await dataProbe.stop()
    const afterData = await world.settle(30_000)

    world.load.start(50)
    await Bun.sleep(AROUND_MS)
    const logProbe = new Probe(world, random.fork('log'))
    world.history.phase('fault', 'the disks of data and log are full')
    data.fill()
    log.fill()
    const endedAfter = await untilItEnds(world, postgres)
    const ended = world.history.now()
    await Bun.sleep(Math.max(AROUND_MS, FULL_MS - endedAfter))
    const beforeHeal = world.history.now()
    data.free()
    log.free()
    await postgres.up()
    world.history.phase('heal', 'the disks have room and PostgreSQL runs again')
    await Bun.sleep(AROUND_MS)
    world.load.stop()
    const whileLog = await logProbe.stop()
    const afterLog = await world.settle(30_000)

    const reads = whileData.filter(({ kind }) => kind === 'read')
    const sends = whileData.filter(({ kind }) => kind === 'send')
    const gone = whileLog.filter(({ at }) => at > ended && at < beforeHeal)
    const refused = world.history.entries.filter(
      (entry) => entry.kind === 'send' && entry.outcome === 'refused',
    )
    const unavailable = sends.filter(({ status }) => status === 503)
    figure({ name: 'data: sends answered 503', value: unavailable.length, unit: '', atLeast: 10 })
    figure({ name: 'sends otherwise', value: answeredOtherwise(sends, [200, 503]), unit: '', atMost: 0 })
    figure({
      name: 'reads refused',
      value: answeredOtherwise(reads, [200]),
      unit: `of ${reads.length}`,
      atMost: 0,
    })
    figure({
      name: 'settled after',
      value: afterData ?? Number.POSITIVE_INFINITY,
      unit: 'ms',
      atMost: 30_000,
    })
    figure({ name: 'log: PostgreSQL ended after', value: endedAfter, unit: 'ms', atMost: FULL_MS })
    figure({
      name: 'otherwise than 503',
      value: answeredOtherwise(gone, [503]),
      unit: `of ${gone.length}`,
      atMost: 0,
    })
    figure({
      name: 'neither 200 nor 503',
      value: answeredOtherwise(whileLog, [200, 503]),
      unit: '',
      atMost: 0,
    })
    figure({ name: 'settled after', value: afterLog ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })
    figure({ name: 'refused', value: refused.length, unit: '', atMost: 0 })
  },
}

/** Uses up what is left of the log, and waits until PostgreSQL gives up. Milliseconds; infinity when it does not. */
async function untilItEnds({ history }: World, postgres: RigPostgres): Promise<number> {
  const start = history.now()
  const admin = postgres.admin()
  let ended = false
  const ending = postgres.ended().then(() => {
    ended = true
  })
  while (!ended && history.now() - start < FULL_MS) {
    await admin`SELECT pg_logical_emit_message(false, 'rig', 'uses a little'), pg_switch_wal()`.catch(
      () => {},
    )
    await Promise.race([ending, Bun.sleep(100)])
  }
  await admin.end({ timeout: 1 })
  return ended ? history.now() - start : Number.POSITIVE_INFINITY
}
