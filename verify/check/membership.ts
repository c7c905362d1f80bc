import type { Broken, Recorded } from '../check'
import { broken } from './broken'
import { Memberships } from './memberships'

/** I9, applied: no device takes an event that came after its person's last leaving. */
export function nobodyAppliesBeyondLeaving({ entries, database }: Recorded): Broken[] {
  const memberships = new Memberships(database)
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'applied' || !memberships.knows(entry.conversationId)) return []
    const { device, userId, conversationId, seq, what } = entry
    const end = memberships.staysOf(conversationId, userId).at(-1)?.to ?? 0
    if (seq <= end) return []
    const did = `${device} applied seq ${seq} ("${what}") of ${conversationId}`
    return [
      broken('I9', end === 0 ? `${did}, where ${userId} never was` : `${did}; ${userId} left at seq ${end}`),
    ]
  })
}

/** I9, the other way: nobody writes into a conversation from outside. */
export function onlyMembersWrite({ database }: Recorded): Broken[] {
  const memberships = new Memberships(database)
  return database.events.flatMap(({ conversationId, kind, seq, actorId }): Broken[] => {
    if (!WRITING.has(kind) || memberships.stayAt(conversationId, actorId, seq) !== undefined) return []
    return [broken('I9', `seq ${seq} of ${conversationId} (${kind}) is by ${actorId}, who was outside`)]
  })
}

/** Who leaves as the last owner still names the next one, and so acts after their own leaving. */
const WRITING: ReadonlySet<string> = new Set(['sent', 'edited', 'deleted', 'renamed'])

/** I9, at rest: the rows of members say what the log says. */
export function membersAreAsLogged({ database }: Recorded): Broken[] {
  const memberships = new Memberships(database)
  return database.members.flatMap(({ conversationId, userId, joinedSeq, leftSeq }): Broken[] => {
    const last = memberships.staysOf(conversationId, userId).at(-1)
    const left = last === undefined || last.to === Infinity ? null : last.to
    const joined = last?.from ?? null
    if (left === leftSeq && joined === joinedSeq) return []
    const row = `the row of ${userId} in ${conversationId} says joined ${joinedSeq}, left ${leftSeq}`
    return [broken('I9', `${row}; the log says joined ${joined}, left ${left}`)]
  })
}
