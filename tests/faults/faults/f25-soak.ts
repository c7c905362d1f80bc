import type { ResourcesEntry } from '../../../verify/history'
import type { Fault, Figure } from '../fault'
import { mishaps } from '../mishaps'
import { failuresShown, triesInVain } from '../recovery'
import type { World } from '../world'

const MINUTES = 30
/** Looks at what the servers hold, the load being away: with 30 minutes one in five. */
const LOOKS = 6
/** So that half an hour of everybody's history fits into memory. */
const PER_SECOND = 20
/** Memory is flat when the last look finds at most so much more than the median of those before, the first aside. */
const FLAT = 1.1

/** Ordinary life, for long. */
export const soak: Fault = {
  id: 'F25',
  title: `soak for ${MINUTES} min, something small goes wrong each minute`,
  bar: `memory of the instance that lives through it is flat: the last look ≤ ${FLAT} × the median before`,
  async run({ minutes = MINUTES, random, world: create, figure, note }) {
    const world = await create()
    await world.recordResources('before')
    const each = Math.max(1, Math.round(minutes / LOOKS))
    const settled: number[] = []
    world.load.start(PER_SECOND)
    for (let minute = 1; minute <= minutes; minute++) {
      const over = Bun.sleep(60_000)
      const mishap = random.pick(mishaps)
      await Bun.sleep(random.between(0, 20_000))
      world.history.phase('fault', mishap.name)
      await mishap.happen(world, random)
      world.history.phase('heal', mishap.name)
      await over
      if (minute % each !== 0) continue
      world.load.stop()
      settled.push((await world.settle(30_000)) ?? Number.POSITIVE_INFINITY)
      await world.recordMemory()
      note(`minute ${minute}: ${memoryNow(world)}`)
      world.load.start(PER_SECOND)
    }
    world.load.stop()
    settled.push((await world.settle(30_000)) ?? Number.POSITIVE_INFINITY)
    await world.recordResources('after')
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({ name: 'the slowest to settle', value: Math.max(...settled), unit: 'ms', atMost: 30_000 })
    figure({ name: 'tries in vain', value: triesInVain(world), unit: '' })
    figure({ name: 'failures shown', value: failuresShown(world), unit: '', atMost: 0 })
    figure(growth('RSS of A', memoryOf(world, 'A', 'rss')))
    figure(growth('heap of A', memoryOf(world, 'A', 'heap')))
  },
}

function growth(name: string, looks: number[]): Figure {
  const last = looks.at(-1) ?? Number.POSITIVE_INFINITY
  const before = looks.slice(looks.length > 2 ? 1 : 0, -1).sort((a, b) => a - b)
  const median = before[Math.floor(before.length / 2)] ?? 0
  return { name: `${name} against before`, value: last / median, unit: '×', atMost: FLAT }
}

/** In MB, look by look. */
function memoryOf(world: World, instance: string, what: 'rss' | 'heap'): number[] {
  return world.history.entries.flatMap((entry) =>
    entry.kind === 'resources' && entry.phase === 'after' && entry.name === instance && isMemoryAlone(entry)
      ? [(entry.held[what] ?? 0) / 2 ** 20]
      : [],
  )
}

/** What the last look counts takes more memory than it finds. */
function isMemoryAlone({ held }: ResourcesEntry): boolean {
  return held.followers === undefined
}

function memoryNow(world: World): string {
  return ['A', 'B']
    .flatMap((name) =>
      (['rss', 'heap'] as const).map(
        (what) => `${what} of ${name} ${memoryOf(world, name, what).at(-1)?.toFixed(1)} MB`,
      ),
    )
    .join(', ')
}
