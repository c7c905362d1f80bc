import type { ConversationEvent } from '../../src/conversations/schema'
import type { HistoryPage } from '../../src/messages/queries'
import type { Message, MessageEvent } from '../../src/messages/schema'
import type { LogEvent } from '../../src/sync/schema'
import { keepNewest, keepOldest, mergeNotes, upsert } from './window'

/**
 * What a tab holds of one conversation: a window of messages without a gap, and how far it follows the log.
 *
 * The one rule: everything in the window is as of `held` or newer. An event with the next seq moves `held` on; a page
 * that was read before `held` moves it back, and the events in between are fetched and applied again, which changes
 * nothing that already had them. So echo, live event, catch-up and history page may come in any order, any number of
 * times, and end in what a fresh load shows.
 */
export interface Timeline {
  /** Every event up to this seq is applied. */
  held: number
  /** The newest message's number at `held`: whether the window reached the end of the log as it was then. */
  heldNumber: number
  /** The newest seq heard of. Above `held`: something is missing. */
  head: number
  /** The newest message's number, as far as known. */
  lastNumber: number
  /** The window begins where the conversation does: nothing older is left to load. */
  reachedStart: boolean
  /** The window's numbers, both inclusive; `to` is `from - 1` while it is empty. */
  from: number
  to: number
  /** By number, without a gap. Deleted ones are among them. */
  messages: Message[]
  /** The other events within the window, by seq. */
  notes: ConversationEvent[]
}

/** The most messages of one conversation in memory. */
const WINDOW_MAX = 5_000

/** Holds nothing yet, but follows the log from here on. */
export function emptyTimeline(seq: number, number: number): Timeline {
  const window = { reachedStart: false, from: number + 1, to: number, messages: [], notes: [] }
  return { held: seq, heldNumber: number, head: seq, lastNumber: number, ...window }
}

export const hasOlder = (timeline: Timeline) => !timeline.reachedStart
export const hasNewer = (timeline: Timeline) => timeline.to < timeline.lastNumber

/** Applies an event if it is the next one. An older one changes nothing, a later one only tells that there is more. */
export function applyEvent(timeline: Timeline, event: LogEvent): Timeline {
  if (event.seq <= timeline.held) return timeline
  if (event.seq > timeline.held + 1) return raiseHead(timeline, event.seq)
  const placed = event.type === 'message' ? placeMessage(timeline, event) : placeNote(timeline, event)
  return { ...placed, held: event.seq, head: Math.max(timeline.head, event.seq) }
}

export function raiseHead(timeline: Timeline, seq: number): Timeline {
  return seq > timeline.head ? { ...timeline, head: seq } : timeline
}

/** The log up to `seq` is of no concern: it lies before what this person may see. */
export function skipTo(timeline: Timeline, seq: number): Timeline {
  return seq > timeline.held ? { ...timeline, held: seq, head: Math.max(timeline.head, seq) } : timeline
}

/** Starts afresh with a page: what was held is too old to be caught up. */
export function resetTo(page: HistoryPage): Timeline {
  return replaceWindow(emptyTimeline(page.head.seq, page.head.number), page)
}

/** Looks at another part of the conversation. */
export function replaceWindow(timeline: Timeline, page: HistoryPage): Timeline {
  const lastNumber = Math.max(timeline.lastNumber, page.head.number)
  const from = page.messages[0]?.number ?? page.head.number + 1
  const to = page.messages.at(-1)?.number ?? page.head.number
  const window = {
    from,
    to,
    reachedStart: from <= 1,
    messages: page.messages,
    notes: mergeNotes([], page.events),
  }
  return { ...asOf(timeline, page), lastNumber, ...window }
}

/** Puts a page before the window. A page that no longer fits (the window moved meanwhile) is dropped. */
export function prependPage(timeline: Timeline, page: HistoryPage): Timeline {
  const first = page.messages[0]
  const last = page.messages.at(-1)
  if (first === undefined || last === undefined) return { ...timeline, reachedStart: true }
  if (last.number < timeline.from - 1 || first.number > timeline.from) return timeline
  const older = page.messages.filter((message) => message.number < timeline.from)
  const from = Math.min(first.number, timeline.from)
  const joined = { ...asOf(timeline, page), from, reachedStart: timeline.reachedStart || from <= 1 }
  const messages = [...older, ...page.messages.reduce(upsert, timeline.messages)]
  return keepOldest({ ...joined, messages, notes: mergeNotes(timeline.notes, page.events) }, WINDOW_MAX)
}

/** Puts a page after the window, in the same way. */
export function appendPage(timeline: Timeline, page: HistoryPage): Timeline {
  const lastNumber = Math.max(timeline.lastNumber, page.head.number)
  const first = page.messages[0]
  const last = page.messages.at(-1)
  if (first === undefined || last === undefined) return { ...timeline, lastNumber }
  if (first.number > timeline.to + 1 || last.number < timeline.to) return timeline
  const newer = page.messages.filter((message) => message.number > timeline.to)
  const joined = { ...asOf(timeline, page), lastNumber, to: Math.max(last.number, timeline.to) }
  const messages = [...page.messages.reduce(upsert, timeline.messages), ...newer]
  return keepNewest({ ...joined, messages, notes: mergeNotes(timeline.notes, page.events) }, WINDOW_MAX)
}

function asOf(timeline: Timeline, page: HistoryPage): Timeline {
  const { seq, number } = page.head
  const isOlder = seq < timeline.held
  const place = isOlder ? { held: seq, heldNumber: number } : {}
  return { ...timeline, ...place, head: Math.max(timeline.head, seq) }
}

/** Only its sending puts a message at the end: whoever is far back gets it with its page, and what lies before it. */
function placeMessage(timeline: Timeline, { seq, message }: MessageEvent): Timeline {
  const lastNumber = Math.max(timeline.lastNumber, message.number)
  const numbers = { lastNumber, heldNumber: Math.max(timeline.heldNumber, message.number) }
  if (seq === message.seq && message.number === timeline.to + 1) {
    const messages = [...timeline.messages, message]
    return keepNewest({ ...timeline, ...numbers, to: message.number, messages }, WINDOW_MAX)
  }
  return { ...timeline, ...numbers, messages: upsert(timeline.messages, message) }
}

/** Far back, what happens now is not to be seen: it comes with its page. */
function placeNote(timeline: Timeline, event: ConversationEvent): Timeline {
  const last = timeline.messages.at(-1)
  const within = last !== undefined && event.seq < last.seq
  if (timeline.to < timeline.heldNumber && !within) return timeline
  return { ...timeline, notes: mergeNotes(timeline.notes, [event]) }
}
