import { parseArgs } from 'node:util'
import { StartError } from '../src/lib/start-error'
import { client } from './client'
import { benchDatabase } from './database'
import { direct } from './direct'
import { fanout } from './fanout'
import { judge } from './figures'
import { growth } from './growth'
import { history } from './history'
import { hot } from './hot'
import { idle } from './idle'
import { list } from './list'
import { describeMachine, type Machine, watchOthers } from './machine'
import { type Bench, type Scenario, Skipped } from './scenario'
import { size } from './size'
import { stampede } from './stampede'
import { start } from './start'
import { LEGEND, type Section, table } from './table'

const scenarios = [hot, direct, fanout, growth, history, idle, list, stampede, start, client, size]
const USAGE = `bun run bench [--json FILE] [--sockets N] [${scenarios.map(({ name }) => name).join('|')}]…`
const SOCKETS_MAX = 10_000

await using stack = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stack.disposeAsync().finally(() => process.exit(1)))
process.exitCode = await main(process.argv.slice(2))

/** @returns 0 when every bar was held, 1 when one was missed or not measured, 2 when it was called in a wrong way */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (options === null) {
    console.error(USAGE)
    return 2
  }
  const database = benchDatabase(console.error)
  stack.defer(() => database.stop())
  const at = new Date().toISOString()
  const others = watchOthers()
  const sections: Section[] = []
  for (const scenario of options.chosen) {
    const tell = (sentence: string) => console.error(`${scenario.name}: ${sentence}`)
    const own = stack.use(new AsyncDisposableStack())
    sections.push(await run(scenario, { database, tell, stack: own, sockets: options.sockets }))
    await own.disposeAsync()
  }
  const postgres = await database.version()
  await stack.disposeAsync()

  const machine = { ...describeMachine(), postgres, others: others() }
  const passed = sections.every(isHeld)
  console.log(`${headline(at, machine)}\n${LEGEND}`)
  for (const section of sections) console.log(`\n${table(section)}`)
  if (options.json !== undefined) {
    const results = sections.map(({ figures, ...section }) => ({
      ...section,
      figures: figures.map((figure) => ({ ...figure, ...judge(figure) })),
    }))
    await Bun.write(options.json, `${JSON.stringify({ at, machine, passed, results }, null, 2)}\n`)
  }
  return passed ? 0 : 1
}

function headline(at: string, machine: Machine & { postgres: string | null; others: number }): string {
  const { cores, cpu, bun, postgres, others } = machine
  const taken = Number.isNaN(others)
    ? ''
    : `; other programs took ${Math.round(others * 100)} % of the machine`
  const withDatabase = postgres === null ? '' : `, PostgreSQL ${postgres}`
  return `Confab, ${at.slice(0, 10)}: ${cores} cores of ${cpu}, Bun ${bun}${withDatabase}${taken}`
}

async function run(scenario: Scenario, bench: Bench): Promise<Section> {
  const section = { name: scenario.name, what: scenario.what(bench), figures: [] }
  try {
    return { ...section, figures: await scenario.run(bench) }
  } catch (error) {
    if (error instanceof Skipped) return { ...section, note: `Skipped: ${error.message}` }
    if (!(error instanceof StartError)) console.error(error)
    return { ...section, note: `FAILED: ${error instanceof Error ? error.message : error}`, failed: true }
  }
}

function isHeld({ figures, failed }: Section): boolean {
  return !failed && figures.every((figure) => judge(figure).held !== false)
}

function readOptions(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'string' }, sockets: { type: 'string', default: '2000' } },
      allowPositionals: true,
    })
    const sockets = Number(values.sockets)
    const unknown = positionals.find((name) => !scenarios.some((scenario) => scenario.name === name))
    if (unknown !== undefined || !(sockets >= 1 && sockets <= SOCKETS_MAX)) return null
    const chosen = scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
    return { json: values.json, sockets: Math.floor(sockets), chosen }
  } catch {
    return null // A flag that there isn't.
  }
}
