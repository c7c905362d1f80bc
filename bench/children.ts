import { join } from 'node:path'
import { pinned } from './machine'

/** A server in a process of its own, which answers for its CPU time and memory. */
export interface MeasuredServer {
  url: string
  pid: number
  usage(): Promise<Usage>
  /** The same after the garbage is collected. */
  settled(): Promise<Usage>
}

export interface Usage {
  /** CPU time so far, user's and system's, in microseconds. */
  cpu: number
  /** Resident set size in bytes. */
  rss: number
}

export type Question = 'usage' | 'settled'
export type Reply = Usage | { url: string }

/** The servers' core. Load and database are on the other one. */
export const SERVER_CORE = 0
const START_MS = 20_000

interface StartOptions {
  /** In `servers/`. */
  file: string
  args?: string[]
  /** Of the database and the Redis that it is given. */
  databaseUrl?: string
  redisUrl?: string
  stack: AsyncDisposableStack
}

/** Resolves when it listens. The child ends by itself when this process does. */
export async function startServer({
  file,
  args = [],
  stack,
  ...where
}: StartOptions): Promise<MeasuredServer> {
  let { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const path = join(import.meta.dir, 'servers', file)
  const child = Bun.spawn(pinned(SERVER_CORE, [process.execPath, path, ...args]), {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...settings(where) },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
    ipc: (reply: Reply) => resolve(reply),
    onExit: (_, code) => reject(new Error(`${file} ended with ${code}`)),
  })
  stack.defer(async () => {
    promise.catch(() => {})
    child.kill()
    await child.exited
  })

  async function ask(question: Question): Promise<Usage> {
    ;({ promise, resolve, reject } = Promise.withResolvers<Reply>())
    child.send(question)
    const reply = await promise
    if (!('cpu' in reply)) throw new Error(`${file} answered something else`)
    return reply
  }

  const slow = setTimeout(() => reject(new Error(`${file} did not start in ${START_MS} ms`)), START_MS)
  const hello = await promise.finally(() => clearTimeout(slow))
  if (!('url' in hello)) throw new Error(`${file} did not say where it listens`)
  return { url: hello.url, pid: child.pid, usage: () => ask('usage'), settled: () => ask('settled') }
}

function settings({ databaseUrl, redisUrl }: Pick<StartOptions, 'databaseUrl' | 'redisUrl'>) {
  return {
    ...{ PORT: '0', CONFAB_LIMITS: 'off', CONFAB_SECRET: 'of no use here' },
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  }
}
