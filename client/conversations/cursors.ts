import type { Member } from '../../src/conversations/schema'
import { RECEIPT_AUDIENCE_MAX } from '../../src/lib/limits'
import type { ReceiptEvent } from '../../src/receipts/schema'
import type { LogEvent } from '../../src/sync/schema'

/** Seqs. */
export interface Cursor {
  delivered: number
  read: number
}

/** How far the other members of one conversation are. Cursors only rise, whatever comes late. */
export interface Cursors {
  /** By user. One's own is not in it. */
  others: Readonly<Record<string, Cursor>>
  /** Of those who are not known to be in it: what tells of their coming may come after their receipts. */
  strangers: Readonly<Record<string, Cursor>>
  /** False until the members are loaded: until then nobody can say that all have it. */
  complete: boolean
  /** What all the others have. Whoever joins begins at the head, so that does not lower it. */
  everybody: Cursor
}

export const noCursors: Cursors = {
  others: {},
  strangers: {},
  complete: false,
  everybody: { delivered: 0, read: 0 },
}

export function withMembers(cursors: Cursors, members: Member[], me: string): Cursors {
  const others: Record<string, Cursor> = {}
  for (const { user, delivered, read } of members) {
    if (user.id === me) continue
    others[user.id] = farther(knownOf(cursors, user.id), { delivered, read })
  }
  return counted({ ...cursors, others, complete: true })
}

/** How far they are. Who is in it may be old news by the time of this answer. */
export function withCursorsOf(cursors: Cursors, members: Member[], me: string): Cursors {
  return members
    .filter(({ user }) => user.id !== me)
    .reduce((known, { user, ...cursor }) => withCursor(known, user.id, cursor), cursors)
}

export function withReceipt(cursors: Cursors, receipt: ReceiptEvent, me: string): Cursors {
  const { userId } = receipt
  return userId === me ? cursors : withCursor(cursors, userId, receipt)
}

/** Somebody new holds back no tick of what was sent before them; somebody gone holds back none at all. */
export function withEvent(cursors: Cursors, event: LogEvent, me: string): Cursors {
  if (event.type === 'joined' && event.user.id !== me) {
    const start = { delivered: event.seq, read: event.seq }
    const cursor = farther(knownOf(cursors, event.user.id), start)
    return counted({ ...cursors, others: { ...cursors.others, [event.user.id]: cursor } })
  }
  if (event.type === 'left' && cursors.others[event.userId] !== undefined) {
    const { [event.userId]: _gone, ...others } = cursors.others
    return counted({ ...cursors, others })
  }
  // Whoever writes has read what is above: the server moves their cursors as well.
  if (event.type === 'message' && event.seq === event.message.seq && event.actorId !== me)
    return withCursor(cursors, event.actorId, { delivered: event.seq, read: event.seq })
  return cursors
}

function withCursor(cursors: Cursors, userId: string, cursor: Cursor): Cursors {
  const moved = { [userId]: farther(knownOf(cursors, userId), cursor) }
  if (cursors.others[userId] !== undefined)
    return counted({ ...cursors, others: { ...cursors.others, ...moved } })
  return { ...cursors, strangers: { ...cursors.strangers, ...moved } }
}

function knownOf({ others, strangers }: Cursors, userId: string): Cursor | undefined {
  return others[userId] ?? strangers[userId]
}

function counted(cursors: Cursors): Cursors {
  const all = Object.values(cursors.others)
  if (!cursors.complete || all.length === 0 || all.length >= RECEIPT_AUDIENCE_MAX) return cursors
  const slowest = {
    delivered: Math.min(...all.map((cursor) => cursor.delivered)),
    read: Math.min(...all.map((cursor) => cursor.read)),
  }
  return { ...cursors, everybody: slowest }
}

function farther(known: Cursor | undefined, { delivered, read }: Cursor): Cursor {
  if (known === undefined) return { delivered: Math.max(delivered, read), read }
  return { delivered: Math.max(known.delivered, delivered, read), read: Math.max(known.read, read) }
}
