import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../src/main'

const ROOT = join(import.meta.dir, '..')
const CLIENT = join(ROOT, 'client')
const DIST = join(CLIENT, 'dist')

/** `bun start`: production. Builds the client if need be, then is the server. */
if (isStale()) await build()
const { deps } = await run({ client: DIST })
console.log(`Confab is at ${deps.config.publicOrigins[0]}`)

/** An image ships the built client without its sources and tools: then there is nothing to compare, or to build with. */
function isStale(): boolean {
  const built = changedAt(join(DIST, 'index.html'))
  if (built !== null && !existsSync(join(ROOT, 'node_modules/vite'))) return false
  return built === null || sources().some((file) => (changedAt(file) ?? 0) > built)
}

/** What goes into the bundle: the client, what it imports from the server, and the tools' versions. */
function sources(): string[] {
  const client = [...new Bun.Glob('**/*').scanSync({ cwd: CLIENT, absolute: true })]
  const shared = [...new Bun.Glob('src/**/*.ts').scanSync({ cwd: ROOT, absolute: true })]
  return [...client.filter((file) => !file.startsWith(`${DIST}/`)), ...shared, join(ROOT, 'bun.lock')]
}

function changedAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
}

async function build(): Promise<void> {
  console.log('The client is built first: it is missing or older than its sources.')
  const vite = ['--bun', 'x', 'vite', 'build', '--logLevel', 'warn', CLIENT]
  const child = Bun.spawn([process.execPath, ...vite], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  if ((await child.exited) === 0) return
  console.error('The client could not be built: see above.')
  process.exit(1)
}
