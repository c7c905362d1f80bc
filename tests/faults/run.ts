import { type Broken, check } from '../../verify/check'
import type { Fault, Figure } from './fault'
import type { RigPostgres } from './postgres'
import type { Random } from './random'
import { World } from './world'

export interface Result {
  id: string
  title: string
  bar: string
  figures: Figure[]
  notes: string[]
  broken: Broken[]
  /** Bars that were not held, and what went wrong in the rig itself. */
  failures: string[]
  /** Why this machine could not do it. */
  skipped: string | null
  seconds: number
}

export interface RunOptions {
  postgres: RigPostgres
  random: Random
  fast: boolean
  minutes?: number
  /** Where the histories of faults that were not held are kept. */
  keepIn: string
  /** Those of faults that were held too. */
  keepAll?: boolean
}

/** Runs one fault in a world of its own, then holds its history against every invariant. Never throws. */
export async function runFault(fault: Fault, options: RunOptions): Promise<Result> {
  const start = performance.now()
  const { id, title, bar } = fault
  const nothing = { figures: [], notes: [], broken: [], failures: [] }
  const result: Result = { id, title, bar, ...nothing, skipped: null, seconds: 0 }
  const { postgres, fast, minutes } = options
  const random = options.random.fork(id)
  const worlds: World[] = []
  const stack = new AsyncDisposableStack()
  try {
    await fault.run({
      ...{ fast, random, postgres },
      ...(minutes === undefined ? {} : { minutes }),
      async world(wanted) {
        const world = await World.create({ postgres, random: random.fork(`world ${worlds.length}`) }, wanted)
        worlds.push(world)
        return world
      },
      figure(figure) {
        result.figures.push(figure)
        if (!isHeld(figure)) result.failures.push(`${figure.name}: ${figure.value} ${figure.unit}`)
      },
      note: (line) => result.notes.push(line),
      defer: (end) => stack.defer(end),
      skip(reason) {
        result.skipped = reason
      },
    })
    for (const [index, world] of worlds.entries()) await judge(world, `${id}-${index}`)
  } catch (error) {
    result.failures.push(Bun.inspect(error))
  }
  for (const world of worlds) await world[Symbol.asyncDispose]()
  await stack.disposeAsync()
  result.seconds = (performance.now() - start) / 1000
  return result

  async function judge(world: World, name: string): Promise<void> {
    const database = await world.finish()
    const broken = check({ entries: world.history.entries, database })
    result.broken.push(...broken)
    if (broken.length + result.failures.length === 0 && !options.keepAll) return
    await world.history.writeTo(`${options.keepIn}/${name}.jsonl`, database)
  }
}

export function isHeld({ value, atMost, atLeast }: Figure): boolean {
  return !(atMost !== undefined && !(value <= atMost)) && !(atLeast !== undefined && !(value >= atLeast))
}

export const isGood = ({ broken, failures }: Result) => broken.length + failures.length === 0
