import type { Person, User } from '../../src/accounts/schema'
import type { Conversation } from '../../src/conversations/schema'
import { VERSIONS_PER_SEQ } from '../../src/lib/limits'
import type { ReceiptEvent, UnreadEvent } from '../../src/receipts/schema'
import type { Head, LogEvent } from '../../src/sync/schema'

/**
 * One entry of the list after one event. Events come in order, each once or more: what only rises is taken from any of
 * them, what may go both ways (name, size, role) only from those the entry has not seen, up to its `lastSeq`.
 */
export function afterEvent(entry: Conversation, event: LogEvent, me: User): Conversation {
  if (event.type === 'message') {
    const { message } = event
    const read = message.senderId === me.id ? writing(message) : {}
    const at = { lastSeq: event.seq, lastNumber: message.number, lastMessageAt: message.createdAt }
    return raised(entry, { ...at, ...read })
  }
  if (event.seq <= entry.lastSeq) return entry
  return { ...entry, ...changeOf(entry, event, me), lastSeq: event.seq }
}

/** After one's own reading, here or on another device. Whether it cleared a mark comes by itself (`afterUnread`). */
export function afterReceipt(entry: Conversation, receipt: ReceiptEvent): Conversation {
  const { delivered, read, readNumber } = receipt
  return raised(entry, { deliveredSeq: delivered, readSeq: read, readNumber })
}

/** After one marked something as unread, or read again what was marked, here or on another device. */
export function afterUnread(entry: Conversation, { unreadFrom, unreadVersion }: UnreadEvent): Conversation {
  return raised(entry, { unreadFrom, unreadVersion })
}

/** At the moment of reading here: the mark is gone at once, and the server will say the same. */
export function afterReading(
  entry: Conversation,
  { seq, number }: { seq: number; number: number },
): Conversation {
  const { unreadVersion } = entry
  return raised(entry, {
    deliveredSeq: seq,
    readSeq: seq,
    readNumber: number,
    unreadFrom: null,
    unreadVersion,
  })
}

/** The number up to which everything is read. */
export function readUpTo({ lastNumber, unread }: Conversation): number {
  return lastNumber - unread
}

/** After hearing where the conversation stands. `lastSeq` stays: the events up to there are still to come. */
export function afterHead(entry: Conversation, head: Pick<Head, 'number'> & Partial<Head>): Conversation {
  const { number, delivered = 0, read = 0, readNumber = 0, unreadFrom = null, unreadVersion = -1 } = head
  const cursors = { deliveredSeq: delivered, readSeq: read, readNumber }
  return raised(entry, { lastNumber: number, ...cursors, unreadFrom, unreadVersion })
}

/** Of two copies the newer, with the farther cursors of both: an answer may be older than what came since. */
export function newerOf(known: Conversation | undefined, answered: Conversation): Conversation {
  if (known === undefined) return raised(answered, {})
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

/** What one's own message does: it is read, and with it all that was marked as unread before. */
function writing({ seq, number }: { seq: number; number: number }): Partial<Rising> {
  return { readSeq: seq, readNumber: number, unreadFrom: null, unreadVersion: seq * VERSIONS_PER_SEQ }
}

type Mark = Pick<Conversation, 'unreadFrom' | 'unreadVersion'>
type Rising = Mark &
  Pick<Conversation, 'lastSeq' | 'lastNumber' | 'lastMessageAt' | 'deliveredSeq' | 'readSeq' | 'readNumber'>

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
    ...newerMark(entry, { unreadFrom: by.unreadFrom ?? null, unreadVersion: by.unreadVersion ?? -1 }),
  }
  const unread = countUnread(next)
  const same =
    unread === entry.unread &&
    next.lastSeq === entry.lastSeq &&
    next.lastNumber === entry.lastNumber &&
    next.lastMessageAt === entry.lastMessageAt &&
    next.deliveredSeq === entry.deliveredSeq &&
    next.readSeq === entry.readSeq &&
    next.readNumber === entry.readNumber &&
    next.unreadFrom === entry.unreadFrom &&
    next.unreadVersion === entry.unreadVersion
  return same ? entry : { ...entry, ...next, unread }
}

/** Of the same version one may be cleared already, by a reading on its way to the server. */
function newerMark(a: Mark, b: Mark): Mark {
  const newer =
    b.unreadVersion > a.unreadVersion || (b.unreadVersion === a.unreadVersion && b.unreadFrom === null)
  const { unreadFrom, unreadVersion } = newer ? b : a
  return { unreadFrom, unreadVersion }
}

function countUnread({ lastNumber, readNumber, unreadFrom }: Rising): number {
  const read = unreadFrom === null ? readNumber : Math.min(readNumber, unreadFrom - 1)
  return Math.max(0, lastNumber - read)
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
