import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runAtEnd } from '../support/at-end'
import { faults } from './all'
import type { Fault } from './fault'
import { RigPostgres } from './postgres'
import { Random } from './random'
import { isGood, type Result, runFault } from './run'
import { describe } from './table'

/**
 * `bun run faults [--fast] [--seed N] [--json FILE] [FAULT…]`: starts the real thing, breaks it on purpose, and holds what
 * everybody saw against the promises of docs/guarantees.md. What happens when is a pure function of the seed. Exits with 1
 * unless every fault is held.
 */
const { values: options, positionals } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    seed: { type: 'string' },
    json: { type: 'string' },
  },
  allowPositionals: true,
})
const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed)
const keepIn = join(import.meta.dir, '../../.confab/faults')

const chosen = choose(positionals)
const results = await runAll(chosen)
const held = results.filter(isGood).length
const broken = new Set(results.flatMap((result) => result.broken.map(({ invariant }) => invariant)))
if (options.json !== undefined) await Bun.write(options.json, JSON.stringify({ seed, results }, null, 1))
console.log(`${held} of ${results.length} faults held, ${broken.size} invariants broken (seed ${seed})`)
process.exit(held === results.length ? 0 : 1)

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
  const done: Result[] = []
  try {
    for (const fault of some) {
      const result = await runFault(fault, { postgres, random: new Random(seed), fast: options.fast, keepIn })
      console.log(describe(result))
      done.push(result)
    }
  } finally {
    await postgres.remove()
    await runAtEnd()
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s in all`)
  return done
}
