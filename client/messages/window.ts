import type { ConversationEvent } from '../../src/conversations/schema'
import type { Message } from '../../src/messages/schema'
import type { Timeline } from './timeline'

/** Replaces the message by a newer copy of itself; messages outside the list and older copies change nothing. */
export function upsert(messages: Message[], message: Message): Message[] {
  const first = messages[0]
  if (first === undefined) return messages
  const index = message.number - first.number
  const known = messages[index]
  if (known === undefined || known.id !== message.id || known.changedSeq >= message.changedSeq)
    return messages
  return messages.with(index, message)
}

/** What is drawn as a line of its own; a newer server may know more types, which are passed over. */
const NOTES: ReadonlySet<string> = new Set<ConversationEvent['type']>([
  'created',
  'joined',
  'left',
  'role',
  'renamed',
])

/** Adds what is not there yet, in order of seq. */
export function mergeNotes(notes: ConversationEvent[], events: ConversationEvent[]): ConversationEvent[] {
  const known = new Set(notes.map((note) => note.seq))
  const fresh = events.filter((event) => NOTES.has(event.type) && !known.has(event.seq))
  return fresh.length === 0 ? notes : [...notes, ...fresh].sort((a, b) => a.seq - b.seq)
}

/** Lets go of the oldest messages beyond `max`; they can be loaded again. */
export function keepNewest(timeline: Timeline, max: number): Timeline {
  const messages = timeline.messages.slice(-max)
  const first = messages[0]
  if (messages.length === timeline.messages.length || first === undefined) return timeline
  const notes = timeline.notes.filter((note) => note.seq > first.seq)
  return { ...timeline, from: first.number, reachedStart: false, messages, notes }
}

/** Lets go of the newest messages beyond `max`: the reader is at the other end. */
export function keepOldest(timeline: Timeline, max: number): Timeline {
  const messages = timeline.messages.slice(0, max)
  const last = messages.at(-1)
  const next = timeline.messages[max]
  if (last === undefined || next === undefined) return timeline
  const notes = timeline.notes.filter((note) => note.seq < next.seq)
  return { ...timeline, to: last.number, messages, notes }
}

/** For conversations nobody looks at: the newest `max` messages, or none of a window that is far back. */
export function shrink(timeline: Timeline, max: number): Timeline {
  if (timeline.to === timeline.lastNumber) return keepNewest(timeline, max)
  const { lastNumber } = timeline
  return { ...timeline, from: lastNumber + 1, to: lastNumber, reachedStart: false, messages: [], notes: [] }
}

/** How many messages there are up to a seq, as far as the window tells; 0 when it lies before the window. */
export function numberAt(timeline: Timeline, seq: number): number {
  return timeline.messages.findLast((message) => message.seq <= seq)?.number ?? 0
}
