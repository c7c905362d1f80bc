import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Person } from '../accounts/schema'
import { personColumns, users } from '../accounts/tables'
import type { Transaction } from '../db/open'
import { notFound } from '../lib/errors'
import type { LogWriter } from '../live/log-writer'
import type { MemberRole } from './schema'
import { members } from './tables'

interface Entrant {
  userId: string
  role: MemberRole
  /** The seq that made them a member. */
  joinedSeq: number
}

/**
 * Lets people in, for the first time or again, in one statement. A newcomer has nothing unread: the cursors begin at
 * `head`, which is where the log ends when this change is committed, and no mark outlives a leaving.
 */
export async function admit(log: LogWriter, entrants: readonly Entrant[], head: number): Promise<void> {
  if (entrants.length === 0) return
  const { id: conversationId, lastNumber } = log.conversation
  const cursors = { deliveredSeq: head, readSeq: head, readNumber: lastNumber }
  await log.tx
    .insert(members)
    .values(entrants.map((entrant) => ({ conversationId, ...entrant, ...cursors })))
    .onConflictDoUpdate({
      target: [members.conversationId, members.userId],
      set: {
        role: sql`excluded.role`,
        joinedSeq: sql`excluded.joined_seq`,
        leftSeq: null,
        changedAt: sql`now()`,
        unreadFrom: null,
        unreadVersion: sql`${members.unreadVersion} + 1`,
        ...cursors,
      },
    })
  for (const { userId } of entrants) log.welcome(userId)
}

/** Those of `userIds` who are in the conversation now. */
export async function presentAmong(log: LogWriter, userIds: string[]): Promise<Set<string>> {
  const present = await log.tx
    .select({ userId: members.userId })
    .from(members)
    .where(
      and(
        eq(members.conversationId, log.conversation.id),
        inArray(members.userId, userIds),
        isNull(members.leftSeq),
      ),
    )
  return new Set(present.map((row) => row.userId))
}

/** The people of these ids, in this order. @throws NOT_FOUND naming `field` when one is unknown or disabled */
export async function peopleOf(
  tx: Transaction,
  userIds: readonly string[],
  field: string,
): Promise<Person[]> {
  const found = await tx
    .select(personColumns)
    .from(users)
    .where(and(inArray(users.id, [...userIds]), isNull(users.disabledAt)))
  const people = new Map(found.map((person) => [person.id, person]))
  return userIds.map((userId) => {
    const person = people.get(userId)
    if (person === undefined) throw notFound('person', field)
    return person
  })
}
