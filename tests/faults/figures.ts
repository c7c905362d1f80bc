import { percentile as percentileOf } from '../../verify/delays'
import type { History } from '../../verify/history'

/** A time on the history's clock. */
export interface Span {
  from: number
  to: number
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

/** Infinity for nothing, so that a bar on nothing is not held. */
export function percentile(values: readonly number[], share: number): number {
  return percentileOf(values, share) ?? Number.POSITIVE_INFINITY
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
