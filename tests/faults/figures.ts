import type { History } from '../../verify/history'

/** For each event about a message that a device of somebody else applied: milliseconds since its sender pressed Enter. */
export function delaysOf(history: History, fromMs = 0): number[] {
  const written = new Map<string, { at: number; device: string }>()
  for (const entry of history.entries)
    if (entry.kind === 'write' && entry.at >= fromMs) written.set(`message ${entry.id}`, entry)
  return history.entries.flatMap((entry) => {
    if (entry.kind !== 'applied') return []
    const write = written.get(entry.what)
    return write === undefined || write.device === entry.device ? [] : [entry.at - write.at]
  })
}

/** By nearest rank; infinity for nothing, so that a bar on nothing is not held. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.POSITIVE_INFINITY
}
