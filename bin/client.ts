import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dir, '..')
const CLIENT = join(ROOT, 'client')
export const CLIENT_DIST = join(CLIENT, 'dist')

/** An image ships the built client without its sources and tools: then there is nothing to compare, or to build with. */
export function clientIsStale(): boolean {
  const built = changedAt(join(CLIENT_DIST, 'index.html'))
  if (built !== null && !existsSync(join(ROOT, 'node_modules/vite'))) return false
  return built === null || sources().some((file) => (changedAt(file) ?? 0) > built)
}

/** Arguments to Bun itself. */
export const BUILD_CLIENT = ['--bun', 'x', 'vite', 'build', '--logLevel', 'warn', CLIENT]

/** @throws when the build fails; what is wrong has been printed then */
export async function buildClient(): Promise<void> {
  const child = Bun.spawn([process.execPath, ...BUILD_CLIENT], {
    cwd: ROOT,
    // Under `bun test` it would be the development build: larger, and with every effect run twice.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if ((await child.exited) !== 0) throw new Error('the client could not be built: see above')
}

/** What goes into the bundle: the client, what it imports from the server, and the tools' versions. */
function sources(): string[] {
  const client = [...new Bun.Glob('**/*').scanSync({ cwd: CLIENT, absolute: true })]
  const shared = [...new Bun.Glob('src/lib/*.ts').scanSync({ cwd: ROOT, absolute: true })]
  return [...client.filter((file) => !file.startsWith(`${CLIENT_DIST}/`)), ...shared, join(ROOT, 'bun.lock')]
}

function changedAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
}
