import type { History } from '../../verify/history'

/** A time on the history's clock. */
export interface Span {
  from: number
  to: number
}

/**
 * For each event about a message that a device of somebody else applied: milliseconds since its sender pressed Enter. Of
 * messages written from then on, until then.
 */
export function delaysOf(history: History, fromMs = 0, toMs = Number.POSITIVE_INFINITY): number[] {
  const written = new Map<string, { at: number; device: string }>()
  for (const entry of history.entries)
    if (entry.kind === 'write' && entry.at >= fromMs && entry.at < toMs)
      written.set(`message ${entry.id}`, entry)
  return history.entries.flatMap((entry) => {
    if (entry.kind !== 'applied') return []
    const write = written.get(entry.what)
    return write === undefined || write.device === entry.device ? [] : [entry.at - write.at]
  })
}

/** Of attempts to send that began in this time: milliseconds until the answer, and how many were not answered ok. */
export function answersOf(history: History, { from, to }: Span): { ms: number[]; failed: number } {
  const sends = history.entries
    .filter((entry) => entry.kind === 'send')
    .filter(({ startedAt }) => startedAt >= from && startedAt < to)
  return {
    ms: sends.map(({ startedAt, endedAt }) => endedAt - startedAt),
    failed: sends.filter(({ outcome }) => outcome !== 'ok').length,
  }
}

/** By nearest rank; infinity for nothing, so that a bar on nothing is not held. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.POSITIVE_INFINITY
}

/** The sockets over which something came to a device in this time, by the number it gave them. */
export function socketsOf(history: History, device: string, { from, to }: Span): number[] {
  const frames = history.entries.filter((entry) => entry.kind === 'frame')
  return [
    ...new Set(
      frames
        .filter((frame) => frame.device === device && frame.at >= from && frame.at < to)
        .map(({ socket }) => socket),
    ),
  ]
}
