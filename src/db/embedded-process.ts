import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../lib/start-error'
import type { Home } from './embedded-home'

/** A running PostgreSQL, whose parent we are. */
export interface Postmaster {
  pid: number
  exited: Promise<unknown>
  /** Without waiting for it. */
  askToStop(): void
  /** Ends sessions and writes a checkpoint; harder means when it takes too long. Resolves when the process is gone. */
  stop(): Promise<void>
}

/** PostgreSQL could not listen on the port: somebody else does. */
export class PortTaken extends Error {}

interface StartOptions {
  port: number
  /** More of postgresql.conf, by name. */
  settings: Record<string, string>
}

/** Resolves when it takes connections. */
export async function startPostmaster(home: Home, options: StartOptions): Promise<Postmaster> {
  const logFile = join(home.folder, 'log')
  // A file, not a pipe: should we be killed, PostgreSQL must be able to finish what it is at.
  const log = openSync(logFile, 'w', 0o600)
  const child = Bun.spawn([join(home.bin, 'postgres'), ...postmasterArguments(home, options)], {
    ...identity(home),
    stdio: ['ignore', log, log],
    // Ctrl-C goes to the terminal's whole process group; PostgreSQL is stopped after the server has finished.
    detached: true,
  })
  closeSync(log)
  child.unref()
  const askToStop = () => void kill(child.pid, 'SIGINT')
  const stop = () => stopProcess(child.pid, home)
  while (child.exitCode === null && child.signalCode === null) {
    if (isReady(home, child.pid)) return { pid: child.pid, exited: child.exited, askToStop, stop }
    await Bun.sleep(10)
  }
  const text = readFileSync(logFile, 'utf8')
  if (/could not bind|could not create any TCP/.test(text)) throw new PortTaken()
  throw new StartError(`PostgreSQL did not start: ${lastWords(text)} (its log is ${logFile})`)
}

/**
 * Stops a PostgreSQL that still runs on this data because the process that started it was killed. The caller holds the
 * folder's lock, so it is nobody's any more.
 */
export async function stopOrphan(home: Home): Promise<number | null> {
  const pid = postmasterPid(home)
  if (pid === null || !isAlive(pid)) return null
  if (isPostmasterOf(home, pid)) {
    await stopProcess(pid, home)
    return pid
  }
  // The id went to another program since, and PostgreSQL would take that for itself and refuse to start.
  rmSync(join(home.data, 'postmaster.pid'), { force: true })
  return null
}

/** Who runs PostgreSQL's programs, and where: they must not start in a folder that they cannot enter. */
export function identity({ user, folder }: Home) {
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  return user === null ? { cwd: folder, env } : { cwd: folder, env, uid: user.uid, gid: user.gid }
}

function postmasterArguments(home: Home, { port, settings }: StartOptions): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    jit: 'off',
    ...settings,
  }
  return ['-D', home.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

async function stopProcess(pid: number, home: Home): Promise<void> {
  // Fast, immediate, and not at all gently. PostgreSQL recovers from each, from the first at once.
  const means = [
    { signal: 'SIGINT', patience: 8_000 },
    { signal: 'SIGQUIT', patience: 3_000 },
    { signal: 'SIGKILL', patience: 3_000 },
  ] as const
  for (const { signal, patience } of means) {
    const deadline = performance.now() + patience
    kill(pid, signal)
    while (performance.now() < deadline) {
      if (!isAlive(pid) || !isPostmasterOf(home, pid)) return
      await Bun.sleep(10)
    }
  }
}

/** Its eighth line says "ready" when PostgreSQL takes connections; pg_ctl waits for the same. */
function isReady(home: Home, pid: number): boolean {
  const lines = postmasterFile(home)
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

function postmasterPid(home: Home): number | null {
  const pid = Number(postmasterFile(home)[0])
  return Number.isInteger(pid) && pid > 1 ? pid : null
}

function postmasterFile({ data }: Home): string[] {
  const file = join(data, 'postmaster.pid')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
}

function isAlive(pid: number): boolean {
  return kill(pid, 0)
}

/** False when there is no such process, or none of ours. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** A process id may have been given to another program since it was written down: PostgreSQL works in its data folder. */
function isPostmasterOf({ data }: Home, pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === data
    } catch {
      return false
    }
  }
  return Bun.spawnSync(['ps', '-o', 'command=', '-p', String(pid)])
    .stdout.toString()
    .includes(data)
}

function lastWords(log: string): string {
  const lines = log.trim().split('\n')
  return lines.findLast((line) => /FATAL|ERROR|error while loading/.test(line)) ?? lines.at(-1) ?? ''
}
