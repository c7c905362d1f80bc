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
