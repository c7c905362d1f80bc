import type { Person, User } from '../../src/accounts/schema'
import type { Conversation } from '../../src/conversations/schema'
import type { ReceiptEvent } from '../../src/receipts/schema'
import type { Head, LogEvent } from '../../src/sync/schema'

/**
 * One entry of the list after one event. Events come in order, each once or more: what only rises is taken from any of
 * them, what may go both ways (name, size, role) only from those the entry has not seen, up to its `lastSeq`.
 */
export function afterEvent(entry: Conversation, event: LogEvent, me: User): Conversation {
  if (event.type === 'message') {
    const { message } = event
    const read = message.senderId === me.id ? { readSeq: message.seq, readNumber: message.number } : {}
    const at = { lastSeq: event.seq, lastNumber: message.number, lastMessageAt: message.createdAt }
    return raised(entry, { ...at, ...read })
  }
  if (event.seq <= entry.lastSeq) return entry
  return { ...entry, ...changeOf(entry, event, me), lastSeq: event.seq }
}

/** After one's own reading, here or on another device. */
export function afterReceipt(entry: Conversation, receipt: ReceiptEvent): Conversation {
  const { delivered, read, readNumber } = receipt
  return raised(entry, { deliveredSeq: delivered, readSeq: read, readNumber })
}

/** After hearing where the conversation stands. `lastSeq` stays: the events up to there are still to come. */
export function afterHead(entry: Conversation, head: Pick<Head, 'number'> & Partial<Head>): Conversation {
  const { number, delivered = 0, read = 0, readNumber = 0 } = head
  return raised(entry, { lastNumber: number, deliveredSeq: delivered, readSeq: read, readNumber })
}

/** Of two copies the newer, with the farther cursors of both: an answer may be older than what came since. */
export function newerOf(known: Conversation | undefined, answered: Conversation): Conversation {
  if (known === undefined) return answered
  return known.lastSeq > answered.lastSeq ? raised(known, answered) : raised(answered, known)
}

/** Channels by name, then direct conversations, the latest first. */
export function byPlace(a: Conversation & { title: string }, b: Conversation & { title: string }): number {
  if ((a.kind === 'direct') !== (b.kind === 'direct')) return a.kind === 'direct' ? 1 : -1
  if (a.kind !== 'direct') return a.title.localeCompare(b.title) || a.id.localeCompare(b.id)
  return activity(b).localeCompare(activity(a)) || a.id.localeCompare(b.id)
}

/** When something last happened, ISO. */
export function activity(entry: Conversation): string {
  return entry.lastMessageAt ?? entry.createdAt
}

/** A conversation's name; a direct one is called after the others in it. */
export function titleOf(entry: Conversation, me: Pick<Person, 'id' | 'displayName'>): string {
  if (entry.kind !== 'direct') return entry.name ?? ''
  const others = entry.people.filter((person) => person.id !== me.id)
  if (others.length === 0) return `${me.displayName} (you)`
  return others.map((person) => person.displayName).join(', ')
}

type Rising = Pick<
  Conversation,
  'lastSeq' | 'lastNumber' | 'lastMessageAt' | 'deliveredSeq' | 'readSeq' | 'readNumber'
>

/** The entry with each of these no lower than before; the same object when that changes nothing. */
function raised(entry: Conversation, by: Partial<Rising>): Conversation {
  const at = by.lastMessageAt ?? null
  const next: Rising = {
    lastSeq: Math.max(entry.lastSeq, by.lastSeq ?? 0),
    lastNumber: Math.max(entry.lastNumber, by.lastNumber ?? 0),
    lastMessageAt: at !== null && (entry.lastMessageAt ?? '') < at ? at : entry.lastMessageAt,
    deliveredSeq: Math.max(entry.deliveredSeq, by.deliveredSeq ?? 0, by.readSeq ?? 0),
    readSeq: Math.max(entry.readSeq, by.readSeq ?? 0),
    readNumber: Math.max(entry.readNumber, by.readNumber ?? 0),
  }
  const unread = Math.max(0, next.lastNumber - next.readNumber)
  const same =
    unread === entry.unread &&
    next.lastSeq === entry.lastSeq &&
    next.lastNumber === entry.lastNumber &&
    next.lastMessageAt === entry.lastMessageAt &&
    next.deliveredSeq === entry.deliveredSeq &&
    next.readSeq === entry.readSeq &&
    next.readNumber === entry.readNumber
  return same ? entry : { ...entry, ...next, unread }
}

function changeOf(
  entry: Conversation,
  event: Exclude<LogEvent, { type: 'message' }>,
  me: User,
): Partial<Conversation> {
  switch (event.type) {
    case 'renamed':
      return { name: event.name }
    case 'joined':
      return { memberCount: entry.memberCount + 1, role: event.user.id === me.id ? event.role : entry.role }
    case 'left':
      return { memberCount: entry.memberCount - 1 }
    case 'role':
      return event.userId === me.id ? { role: event.role } : {}
    case 'created':
      return {}
  }
}
