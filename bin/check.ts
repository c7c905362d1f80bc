import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUILD_CLIENT } from './client'

/**
 * `bun run check`: everything that must hold before a change is kept, the same here and in CI. All steps run, also after
 * one has failed, and the last line counts them and the tests together: `N passed, N failed`.
 *
 * The faults need a redis-server; without one they are left out, as its tests are, unless CONFAB_TEST_REQUIRE names it.
 *
 * `--also-on URL` runs the tests of the slices once more, on the PostgreSQL at that address (CI: Debian's 15, the oldest
 * that Confab supports).
 */
interface Step {
  name: string
  /** Arguments to Bun itself. */
  command: string[]
  env?: Record<string, string>
}

const { values: options } = parseArgs({ options: { 'also-on': { type: 'string' } } })
const otherDatabase = options['also-on']

const leftOut =
  Bun.which('redis-server') === null && !process.env.CONFAB_TEST_REQUIRE?.split(',').includes('redis')

const steps: Step[] = [
  { name: 'Biome', command: ['--bun', 'x', 'biome', 'check', '--colors=off', '--max-diagnostics=50', '.'] },
  { name: 'types', command: ['x', 'tsc', '--noEmit', '-p', '.'] },
  { name: 'tests', command: ['test'] },
  ...(otherDatabase === undefined ? [] : [onDatabase(otherDatabase)]),
  ...(leftOut ? [] : [{ name: 'fast faults', command: ['tests/faults/main.ts', '--fast'] }]),
  { name: 'client build', command: BUILD_CLIENT },
  { name: 'size budget', command: ['bin/size-budget.ts'] },
]

function onDatabase(url: string): Step {
  const folders = ['accounts', 'conversations', 'messages', 'receipts', 'sync'].map(
    (slice) => `tests/${slice}/`,
  )
  return {
    name: 'tests of the slices on another PostgreSQL',
    command: ['test', ...folders],
    env: { TEST_DATABASE_URL: url },
  }
}

const total = { passed: 0, failed: 0 }
for (const step of steps) {
  const { passed, failed, seconds } = await run(step)
  total.passed += passed
  total.failed += failed
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n`)
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

async function run({ name, command, env = {} }: Step) {
  console.log(`── ${name}`)
  const start = performance.now()
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const output = await echo(child.stderr)
  const ok = (await child.exited) === 0
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (command[0] !== 'test') return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, seconds }
  const failed = count(output, 'fail')
  // A run may also break between two tests, which no counter shows.
  return { passed: count(output, 'pass'), failed: ok ? failed : Math.max(failed, 1), seconds }
}

async function echo(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of stream) {
    process.stderr.write(bytes)
    text += decoder.decode(bytes, { stream: true })
  }
  return text
}

/** Of the counters with which `bun test` ends: ` 312 pass`. */
function count(output: string, what: 'pass' | 'fail'): number {
  const plain = Bun.stripANSI(output)
  return Number([...plain.matchAll(new RegExp(`^ *(\\d+) ${what}$`, 'gm'))].at(-1)?.[1] ?? 0)
}
