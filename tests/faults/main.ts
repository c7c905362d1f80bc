import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runAtEnd } from '../support/at-end'
import { faults } from './all'
import type { Fault } from './fault'
import { RigPostgres } from './postgres'
import { Random } from './random'
import { isGood, type Result, runFault } from './run'
import { sabotage } from './sabotage'
import { describe } from './table'

/**
 * `bun run faults [--fast] [--seed N] [--minutes N] [--json FILE] [--keep] [FAULT…]`: starts the real thing, breaks it on
 * purpose, and holds what everybody saw against the promises of docs/guarantees.md. What happens when is a pure function of
 * the seed. Exits with 1 unless every fault is held. `--minutes` is how long the soak (F25) lasts. Histories stay in
 * .confab/faults/ when something was not held, with `--keep` always.
 *
 * `bun run faults --sabotage [--seed N] [NAME…]`: builds the product wrong, and exits with 1 unless the faults show it.
 */
const { values: options, positionals } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    sabotage: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed)
const keepIn = join(import.meta.dir, '../../.confab/faults')

if (options.sabotage) process.exit((await sabotage(seed, positionals)) ? 0 : 1)

const chosen = choose(positionals)
const results = await runAll(chosen)
const skipped = results.filter((result) => result.skipped !== null)
const held = results.filter(isGood).length - skipped.length
const broken = new Set(results.flatMap((result) => result.broken.map(({ invariant }) => invariant)))
if (options.json !== undefined) await Bun.write(options.json, JSON.stringify({ seed, results }, null, 1))
if (skipped.length > 0) console.log(`skipped: ${skipped.map(({ id }) => id).join(', ')}`)
console.log(`${held} of ${results.length} faults held, ${broken.size} invariants broken (seed ${seed})`)
process.exit(results.every(isGood) ? 0 : 1)

function choose(names: string[]): readonly Fault[] {
  const unknown = names.filter((name) => !faults.some(({ id }) => id === name))
  if (unknown.length > 0) {
    console.error(
      `There is no fault ${unknown.join(', ')}: choose from ${faults.map(({ id }) => id).join(', ')}.`,
    )
    process.exit(2)
  }
  if (names.length > 0) return faults.filter(({ id }) => names.includes(id))
  return options.fast ? faults.filter(({ fast }) => fast === true) : faults
}

async function runAll(some: readonly Fault[]): Promise<Result[]> {
  mkdirSync(keepIn, { recursive: true })
  const start = performance.now()
  console.log(`seed ${seed}`)
  const postgres = await RigPostgres.start()
  const end = async () => {
    await postgres.remove()
    await runAtEnd()
  }
  // The servers end with us; PostgreSQL, which has a session of its own, would not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().then(() => process.exit(1)))
  const done: Result[] = []
  try {
    for (const fault of some) {
      const { fast, keep } = options
      const length = options.minutes === undefined ? {} : { minutes: Number(options.minutes) }
      const random = new Random(seed)
      const result = await runFault(fault, { postgres, random, fast, keepIn, keepAll: keep, ...length })
      console.log(describe(result))
      done.push(result)
    }
  } finally {
    await end()
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s in all`)
  return done
}
