import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const START = join(import.meta.dir, '../bin/start.ts')
const LATE_MS = 60_000
const LOOK_MS = 5

/** `bun start`, with its own PostgreSQL: the whole system, as an operator has it. */
export interface Product {
  url: string
  /** Resolves when all of it has ended. */
  stop(): Promise<void>
  /**
   * Bytes of memory, what is shared counted once: of the server, and of PostgreSQL's processes. The server's is all of its
   * resident set: what it shares it shares with this program, since both are Bun, and nobody else has a bench running. NaN off Linux.
   */
  memory(): { server: number; postgres: number }
}

/** Resolves as soon as it answers that it is ready. */
export async function startProduct(dataDir: string, port: number): Promise<Product> {
  const url = `http://127.0.0.1:${port}`
  const child = Bun.spawn([process.execPath, START], {
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), PUBLIC_ORIGIN: url },
      ...{ CONFAB_DATA: dataDir, CONFAB_LIMITS: 'off', LOG_LEVEL: 'warn' },
    },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await child.exited
  }
  const giveUpAt = performance.now() + LATE_MS
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`bin/start.ts ended with ${child.exitCode}`)
    if (performance.now() > giveUpAt) {
      await stop()
      throw new Error(`bin/start.ts was not ready after ${LATE_MS} ms`)
    }
    await Bun.sleep(LOOK_MS)
  }
  return { url, stop, memory: () => ({ server: rollup(child.pid, 'Rss'), postgres: pssBelow(child.pid) }) }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function pssBelow(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  return childrenOf(pid).reduce((sum, child) => sum + rollup(child, 'Pss') + pssBelow(child), 0)
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number)
}

/** See proc_pid_stat(5). The name before the last `)` may hold anything. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0 // It ended while we were looking.
  }
}

/** The resident or the proportional set size, see proc_pid_smaps(5). */
function rollup(pid: number, kind: 'Rss' | 'Pss'): number {
  if (process.platform !== 'linux') return Number.NaN
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(new RegExp(`^${kind}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1_024
  } catch {
    return 0 // The same.
  }
}
