import type { Broken, Recorded } from '../check'
import type { FrameEntry } from '../history'
import { broken } from './broken'
import { Memberships } from './memberships'

/** Until which seq somebody may be told of each conversation that a socket follows. */
type Following = Map<string, number>

/**
 * I9, live: a socket is told of a conversation only between the `sync` or `conversation` frame that names it and the frame
 * of one's own leaving, which is the last; what has a seq lies no later than the leaving that ends this stay; and what a
 * frame says that a conversation stands at is a seq at which the person was in it.
 *
 * Before it is told that it follows, a socket is told nothing. What is about the person alone (their own cursors and marks)
 * comes on a channel of theirs, in no order with the log.
 */
export function socketsStayInside({ entries, database }: Recorded): Broken[] {
  const memberships = new Memberships(database)
  const sockets = new Map<string, Following>()
  const found: Broken[] = []
  for (const entry of entries) {
    if (entry.kind !== 'frame') continue
    const key = `${entry.device} ${entry.socket}`
    if (entry.type === 'sync') sockets.set(key, new Map())
    const following = sockets.get(key)
    const fault = following === undefined ? faultBeforeSync(entry) : faultOf(entry, following, memberships)
    if (fault !== null) found.push(broken('I9', `${entry.device} on socket ${entry.socket}: ${fault}`))
  }
  return found
}

function faultBeforeSync(frame: FrameEntry): string | null {
  return isPersonal(frame) ? null : `${nameOf(frame)} came before any sync`
}

function faultOf(frame: FrameEntry, following: Following, memberships: Memberships): string | null {
  if (frame.type === 'sync' || frame.type === 'conversation') return follow(frame, following, memberships)
  if (frame.type === 'digest') return digestFault(frame, following)
  const { conversationId, seq, subjectId, userId } = frame
  if (conversationId === null || isPersonal(frame)) return null
  const until = following.get(conversationId)
  if (until === undefined) return `${nameOf(frame)} came though ${userId} is not in ${conversationId} there`
  if (frame.type === 'left' && subjectId === userId) following.delete(conversationId)
  if (seq === null || seq <= until) return null
  return `${nameOf(frame)} came though ${userId} left ${conversationId} at seq ${until}`
}

function follow(
  { type, heads, userId }: FrameEntry,
  following: Following,
  memberships: Memberships,
): string | null {
  const outside: string[] = []
  for (const { conversationId, seq } of heads) {
    const stay = memberships.stayAt(conversationId, userId, seq)
    if (stay === undefined && memberships.knows(conversationId))
      outside.push(`${conversationId} at seq ${seq}`)
    following.set(conversationId, stay?.to ?? Number.POSITIVE_INFINITY)
  }
  return outside.length === 0 ? null : `${type} names ${outside.join(', ')}, where ${userId} was outside`
}

function digestFault({ heads, userId }: FrameEntry, following: Following): string | null {
  const outside = heads.filter(({ conversationId, seq }) => !(seq < (following.get(conversationId) ?? 0)))
  if (outside.length === 0) return null
  const names = outside.map(({ conversationId, seq }) => `${conversationId} at seq ${seq}`)
  return `a digest names ${names.join(', ')}, where ${userId} is outside`
}

function isPersonal({ type, subjectId, userId }: FrameEntry): boolean {
  return type === 'unread' || (type === 'receipt' && subjectId === userId)
}

function nameOf({ type, seq, what, conversationId }: FrameEntry): string {
  return seq === null ? `${type} of ${conversationId}` : `${type} ${seq} ("${what}") of ${conversationId}`
}
