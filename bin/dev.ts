import { join } from 'node:path'
import { createServer, type ProxyOptions } from 'vite'
import { type Config, readConfig } from '../src/config'
import { startEmbedded } from '../src/db/embedded'
import { freePort } from '../src/lib/ports'
import { runUntilSignalled, type Stoppable } from '../src/lib/run'
import { StartError } from '../src/lib/start-error'

const ROOT = join(import.meta.dir, '..')
const LOCAL = '127.0.0.1'

/**
 * `bun dev`: the database, the server with reload and the client with hot reload, under one address.
 *
 * This process owns PostgreSQL and Vite. The server is a child that starts anew when its sources change; the database
 * stays up meanwhile.
 */
await runUntilSignalled(startDevelopment)

async function startDevelopment(): Promise<Stoppable> {
  const config = readConfig()
  if ((await freePort(config.host, config.port)) === null)
    throw new StartError(
      `Port ${config.port} on ${config.host} is in use: stop the other program, or choose another PORT.`,
    )
  const stack = new AsyncDisposableStack()
  try {
    const url = config.databaseUrl ?? (await ownDatabase(config, stack))
    const api = await startApi(config, { url, stack })
    await startClient(config, { api, stack })
    await answers(`${api}/readyz`)
    console.log(`Confab is at ${config.publicOrigins[0]}`)
    return { stop: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function ownDatabase(config: Config, stack: AsyncDisposableStack): Promise<string> {
  const database = await startEmbedded({ ...config, tell: console.log })
  stack.defer(() => database.stop())
  return database.url
}

interface ApiParts {
  url: string
  stack: AsyncDisposableStack
}

/** @returns the server's own address, which only Vite uses */
async function startApi(config: Config, { url, stack }: ApiParts): Promise<string> {
  const port = await freePort(LOCAL)
  const { DATABASE_URL_FILE: _, ...env } = process.env
  const child = Bun.spawn([process.execPath, '--no-orphans', '--watch', '--no-clear-screen', 'src/main.ts'], {
    cwd: ROOT,
    env: {
      LOG_LEVEL: 'warn',
      ...env,
      DATABASE_URL: url,
      HOST: LOCAL,
      PORT: String(port),
      PUBLIC_ORIGIN: config.publicOrigins.join(','),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    // Ctrl-C reaches the whole process group: this process passes it on once, and in order.
    detached: true,
  })
  let stopping = false
  // What it could not start with, it has said itself.
  void child.exited.then(() => stopping || process.kill(process.pid, 'SIGTERM'))
  stack.defer(async () => {
    stopping = true
    child.kill('SIGTERM')
    await child.exited
  })
  return `http://${LOCAL}:${port}`
}

interface ClientParts {
  api: string
  stack: AsyncDisposableStack
}

async function startClient(config: Config, { api, stack }: ClientParts): Promise<void> {
  const forward: ProxyOptions = { target: api }
  const vite = await createServer({
    configFile: join(ROOT, 'client/vite.config.ts'),
    clearScreen: false,
    logLevel: 'warn',
    server: {
      host: config.host,
      port: config.port,
      strictPort: true,
      cors: false,
      proxy: {
        '/trpc': { ...forward, ws: true },
        ...Object.fromEntries(
          ['/files', '/hooks', '/livez', '/readyz', '/metrics'].map((path) => [path, forward]),
        ),
      },
    },
  })
  stack.defer(() => vite.close())
  await vite.listen()
}

async function answers(url: string): Promise<void> {
  const isUp = () => fetch(url).then((answer) => answer.ok)
  while (!(await isUp().catch(() => false))) await Bun.sleep(50)
}
