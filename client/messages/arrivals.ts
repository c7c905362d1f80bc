import type { ShownMessage, TimelineItem } from './items'

/** Messages of others with a higher place than `after`: what has come, whatever was loaded above it. */
export function arrivalsAfter(items: readonly TimelineItem[], after: number): ShownMessage[] {
  return items.flatMap((item) =>
    item.kind === 'message' && !item.message.mine && (item.message.seq ?? 0) > after ? [item.message] : [],
  )
}

/** The highest place that a timeline shows. */
export function lastPlace(items: readonly TimelineItem[]): number {
  return items.reduce(
    (last, item) => (item.kind === 'message' ? Math.max(last, item.message.seq ?? 0) : last),
    0,
  )
}

/** What was said lately, and what is held back to be said as a sum. */
export interface Speech {
  lines: { key: string; message: ShownMessage | null; more: number }[]
  /** When the window began, in ms. */
  since: number
  inWindow: number
  held: number
}

export const SILENCE: Speech = { lines: [], since: 0, inWindow: 0, held: 0 }
export const WINDOW_MS = 2_000
const SINGLY = 3

/** The first three of a window of two seconds are said at once; the rest wait for its end. */
export function hear(speech: Speech, arrivals: readonly ShownMessage[], now: number): Speech {
  const fresh = now - speech.since >= WINDOW_MS && speech.held === 0
  const start = fresh ? { lines: [], since: now, inWindow: 0, held: 0 } : speech
  const room = Math.max(0, SINGLY - start.inWindow)
  const said = arrivals.slice(0, room).map((message) => ({ key: message.id, message, more: 0 }))
  return {
    lines: [...start.lines, ...said],
    since: start.since,
    inWindow: start.inWindow + arrivals.length,
    held: start.held + arrivals.length - said.length,
  }
}

/** The end of a window: those held back become one sentence. */
export function sumUp(speech: Speech, now: number): Speech {
  if (speech.held === 0) return speech
  const line = { key: `more-${now}`, message: null, more: speech.held }
  return { lines: [line], since: now, inWindow: 0, held: 0 }
}
