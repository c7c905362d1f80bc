import { readdirSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export interface Machine {
  platform: string
  cpu: string
  cores: number
  memoryGiB: number
  bun: string
}

export function describeMachine(): Machine {
  const cores = cpus()
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    bun: Bun.version,
  }
}

const taskset = cpus().length > 1 ? Bun.which('taskset') : null

/** False: nothing is pinned, and servers, load and database take turns on all cores. */
export const canPin = taskset !== null

/** A command that runs on one core alone, where that can be had. */
export function pinned(core: number, command: string[]): string[] {
  return taskset === null ? command : [taskset, '--cpu-list', String(core), ...command]
}

/** Moves a running process with all its threads. */
export function pin(pid: number, cores: string): void {
  if (taskset !== null) Bun.spawnSync([taskset, '--all-tasks', '--cpu-list', '--pid', cores, String(pid)])
}

export const allCores = `0-${cpus().length - 1}`

/** Of a process and its children, the ended ones too, as Linux counts it: in steps of 10 ms. NaN elsewhere. */
export function cpuSeconds(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(name) : null
    if (stat === null) continue
    if (Number(name) === pid) ticks += stat.own + stat.endedChildren
    else if (stat.parent === pid) ticks += stat.own
  }
  return ticks / TICKS_A_SECOND
}

/**
 * Begins to watch what other programs take from the machine; the answer tells their part of all cores' time since then,
 * from 0 to 1. NaN where it cannot be told. To be asked when all that was started has ended.
 */
export function watchOthers(): () => number {
  const before = { machine: machineTicks(), own: cpuSeconds(process.pid) }
  return () => {
    const now = machineTicks()
    const total = now.total - before.machine.total
    const own = (cpuSeconds(process.pid) - before.own) * TICKS_A_SECOND
    return Math.max(0, now.busy - before.machine.busy - own) / total
  }
}

/** See proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal. */
function machineTicks(): { total: number; busy: number } {
  if (process.platform !== 'linux') return { total: Number.NaN, busy: Number.NaN }
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '')
    .split(/\s+/, 9)
    .map(Number)
  const total = ticks.reduce((sum, one) => sum + one, 0)
  const [idle = 0, iowait = 0] = ticks.slice(3)
  return { total, busy: total - idle - iowait }
}

/** Linux promises it to every program, whatever the kernel's own clock does. */
const TICKS_A_SECOND = 100

/** See proc_pid_stat(5). The name before the last `)` may hold anything. */
function readStat(pid: string) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (field: number) => fields[field - 3] ?? 0
    return { parent: at(4), own: at(14) + at(15), endedChildren: at(16) + at(17) }
  } catch {
    return null // It ended while we were looking.
  }
}
