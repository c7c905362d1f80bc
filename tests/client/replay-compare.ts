import type { Session } from '../../client/app/session'
import type { ConversationEvent } from '../../src/conversations/schema'

export interface Client {
  session: Session
}

/** The list and where each log stands, as this client has it. */
export function outline({ session }: Client) {
  const entries = session.list.all().toSorted((a, b) => a.id.localeCompare(b.id))
  const places = Object.fromEntries(
    session.timelines.all().map(([id, { held, heldNumber, head, lastNumber }]) => {
      return [id, { held, heldNumber, head, lastNumber }]
    }),
  )
  return { entries, places }
}

/**
 * All that is shown of one conversation, which this client holds from its first message to its last. How far others are
 * is no part of it: receipts have no place in the log and may be lost (docs/guarantees.md).
 */
export function detail({ session }: Client, conversationId: string) {
  const timeline = session.timelines.get(conversationId)
  const known = session.list.caches.conversations.members.getData({ conversationId })?.members
  return {
    timeline: timeline === undefined ? null : { ...timeline, notes: timeline.notes.map(lasting) },
    members: known?.map(({ user, role }) => ({ user, role })),
    complete: session.members.cursors(conversationId).complete,
  }
}

/** What a window shows must be what the whole shows there. */
export function windowOf({ session }: Client, conversationId: string) {
  const timeline = session.timelines.get(conversationId)
  if (timeline === undefined) throw new Error('it is not followed')
  const { from, to, reachedStart, messages, notes } = timeline
  return { from, to, reachedStart, messages, notes: notes.map(lasting) }
}

/** The same part of a client that holds all of it. */
export function partOf(whole: Client, conversationId: string, part: Part) {
  const timeline = whole.session.timelines.get(conversationId)
  if (timeline === undefined) throw new Error('it is not followed')
  const { from, to, reachedStart, notes } = part
  const messages = timeline.messages.filter(({ number }) => number >= from && number <= to)
  const start = reachedStart ? 0 : (messages[0]?.seq ?? Number.POSITIVE_INFINITY)
  const end = timeline.messages.find(({ number }) => number === to + 1)?.seq ?? Number.POSITIVE_INFINITY
  // A window may know of more around it, and of what came while it was empty; it must not lack what lies within.
  const known = new Set(notes.map(({ seq }) => seq))
  const within = timeline.notes.filter(({ seq }) => known.has(seq) || (seq > start && seq < end))
  return { from, to, reachedStart, messages, notes: within.map(lasting) }
}

interface Part {
  from: number
  to: number
  reachedStart: boolean
  notes: { seq: number }[]
}

/** A note read later tells the name and the role of that time, since the log holds no text. */
function lasting(event: ConversationEvent) {
  const { name: _name, role: _role, ...rest } = { name: null, role: null, ...event }
  return rest
}
