import type { History } from './history'

/**
 * For each event about a message that a device of somebody else applied: milliseconds since its sender pressed Enter. Of
 * messages written from then on, until then.
 */
export function delaysOf({ entries }: History, fromMs = 0, toMs = Number.POSITIVE_INFINITY): number[] {
  const written = new Map<string, { at: number; device: string }>()
  for (const entry of entries)
    if (entry.kind === 'write' && entry.at >= fromMs && entry.at < toMs)
      written.set(`message ${entry.id}`, entry)
  return entries.flatMap((entry) => {
    if (entry.kind !== 'applied') return []
    const write = written.get(entry.what)
    return write === undefined || write.device === entry.device ? [] : [entry.at - write.at]
  })
}

/** By nearest rank; null for nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
