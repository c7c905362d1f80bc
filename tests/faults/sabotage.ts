import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Result } from './run'
import { type Sabotage, sabotages } from './sabotages'

/** What became of one: `by` names what turned red, an invariant or a bar; empty when nothing did. */
interface Outcome {
  name: string
  by: string[]
  seconds: number
}

const ROOT = join(import.meta.dir, '../..')
const PLACE = join(ROOT, '.confab/sabotage')

/**
 * Builds the product wrong, in one way after the other, in a copy of this checkout, and runs against it the faults that
 * should show it. @returns true when every one was caught
 */
export async function sabotage(seed: number, names: readonly string[] = []): Promise<boolean> {
  const some = sabotages.filter(({ name }) => names.length === 0 || names.includes(name))
  const outcomes: Outcome[] = []
  for (const one of some) {
    const outcome = await attempt(one, seed)
    outcomes.push(outcome)
    const verdict = outcome.by.length > 0 ? 'caught' : 'MISSED'
    console.log(
      `${verdict} ${one.name} (${outcome.seconds.toFixed(0)} s): ${outcome.by.join(', ') || 'all green'}`,
    )
  }
  const caught = outcomes.filter(({ by }) => by.length > 0).length
  console.log(`${caught} of ${outcomes.length} sabotages caught (seed ${seed})`)
  return caught === outcomes.length
}

async function attempt({ name, patches, faults }: Sabotage, seed: number): Promise<Outcome> {
  const start = performance.now()
  using _ = { [Symbol.dispose]: () => rmSync(PLACE, { recursive: true, force: true }) }
  await copyCheckout()
  for (const patch of patches) await apply(patch)
  const report = join(PLACE, 'report.json')
  const child = Bun.spawn(
    [process.execPath, 'tests/faults/main.ts', '--fast', '--seed', String(seed), '--json', report, ...faults],
    { cwd: PLACE, stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' },
  )
  await child.exited
  const file = Bun.file(report)
  // A build that cannot even be tried proves nothing.
  if (!(await file.exists())) throw new Error(`the sabotaged build could not be run: ${name}`)
  const { results }: { results: Result[] } = await file.json()
  return { name, by: [...new Set(results.flatMap(reasons))], seconds: (performance.now() - start) / 1000 }
}

function reasons({ id, broken, failures, bar }: Result): string[] {
  const invariants = broken.map(({ invariant }) => `${invariant} (${id})`)
  return failures.length > 0 ? [...invariants, `the bar of ${id}: ${bar}`] : invariants
}

/** What git knows or would know, with the same packages. */
async function copyCheckout(): Promise<void> {
  rmSync(PLACE, { recursive: true, force: true })
  const list = Bun.spawn(['git', 'ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    stdout: 'pipe',
  })
  const files = (await new Response(list.stdout).text()).split('\0').filter(Boolean)
  for (const file of files) {
    if (!(await Bun.file(join(ROOT, file)).exists())) continue
    mkdirSync(dirname(join(PLACE, file)), { recursive: true })
    cpSync(join(ROOT, file), join(PLACE, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(PLACE, 'node_modules'))
}

async function apply({ file, from, to }: Sabotage['patches'][number]): Promise<void> {
  const path = join(PLACE, file)
  const source = await Bun.file(path).text()
  if (source.split(from).length !== 2) throw new Error(`${file} does not have this exactly once: ${from}`)
  await Bun.write(
    path,
    source.replace(from, () => to),
  )
}
