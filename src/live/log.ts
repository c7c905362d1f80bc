import { and, eq, isNull, sql } from 'drizzle-orm'
import { conversations, type EventKind, events, members } from '../conversations/tables'
import type { Transaction } from '../db/open'
import type { LogDeps } from '../deps'
import { AppError, notFound } from '../lib/errors'
import type { LogEvent } from '../sync/schema'
import { conversationChannel, userChannel } from './channels'

/** Proof that somebody may act on a conversation; made by `conversations/access.ts`, proved again under the lock. */
export interface LogAccess {
  readonly conversationId: string
  readonly userId: string
  /** `outside`: not a member, allowed all the same (joining a public conversation). */
  readonly standing: 'owner' | 'member' | 'outside'
}

export type ConversationRow = typeof conversations.$inferSelect
export type MemberRow = typeof members.$inferSelect

/** Where an entry stands in its log: spread into the event that tells of it. */
export interface Place {
  conversationId: string
  seq: number
  actorId: string
  at: string
}

interface Entry {
  kind: EventKind
  /** The message or member it is about. */
  subjectId?: string
  /** The event as the members will get it. */
  event: (place: Place) => LogEvent
}

/** What the work of a change may do, inside the transaction and under the conversation's lock. */
export interface LogWriter {
  readonly tx: Transaction
  /** As it is under the lock. */
  readonly conversation: Readonly<ConversationRow>
  /** The actor's membership under the lock; null for those outside. */
  readonly actor: Readonly<MemberRow> | null
  /** Takes the next seq. An entry that is not appended takes none: a change of nothing is no event. */
  append(entry: Entry): Promise<Place>
  /** Tells a person's clients, after the commit, that they are in this conversation now. */
  welcome(userId: string): void
}

/**
 * The one way to change a conversation: lock its row, take the seq, do the work, write the event, commit, then tell.
 *
 * Because the lock is held until the commit, commit order is seq order, so a hole in what a client holds means loss.
 * Nobody publishes early, and nobody forgets to.
 *
 * @throws NOT_FOUND when the conversation or the actor's membership is gone, FORBIDDEN when the role is
 */
export async function changeConversation<T>(
  deps: LogDeps,
  access: LogAccess,
  work: (log: LogWriter) => Promise<T>,
): Promise<T> {
  return commitThenTell(deps, access.userId, async (tx) => {
    const [conversation] = await tx
      .select()
      .from(conversations)
      .where(eq(conversations.id, access.conversationId))
      .for('no key update')
    if (conversation === undefined) throw notFound('conversation')
    const actor = await proveAgain(tx, access)
    return { conversation, actor, work }
  })
}

/**
 * The same for a conversation that does not exist yet. Answers null, with nothing written, when a direct conversation
 * of the same people is already there (`direct_key`), also when it came into being in this very moment.
 */
export async function startConversation<T>(
  deps: LogDeps,
  row: typeof conversations.$inferInsert,
  work: (log: LogWriter) => Promise<T>,
): Promise<T | null> {
  return commitThenTell(deps, row.createdBy, async (tx) => {
    const [conversation] = await tx
      .insert(conversations)
      .values(row)
      .onConflictDoNothing({ target: conversations.directKey })
      .returning()
    return conversation === undefined ? null : { conversation, actor: null, work }
  })
}

interface Opened<T> {
  conversation: ConversationRow
  actor: MemberRow | null
  work: (log: LogWriter) => Promise<T>
}

function commitThenTell<T>(deps: LogDeps, actorId: string, open: (tx: Transaction) => Promise<Opened<T>>): Promise<T>
function commitThenTell<T>(
  deps: LogDeps,
  actorId: string,
  open: (tx: Transaction) => Promise<Opened<T> | null>,
): Promise<T | null>
async function commitThenTell<T>(
  deps: LogDeps,
  actorId: string,
  open: (tx: Transaction) => Promise<Opened<T> | null>,
): Promise<T | null> {
  const told: { channel: string; payload: string }[] = []
  const result = await deps.db.transaction(async (tx) => {
    await tx.execute(sql`SET LOCAL lock_timeout = '2s'`)
    const opened = await open(tx)
    if (opened === null) return null
    const { conversation, actor } = opened
    const head = { seq: conversation.lastSeq }
    const answer = await opened.work({
      tx,
      conversation,
      actor,
      async append({ kind, subjectId, event }) {
        head.seq += 1
        const [row] = await tx
          .insert(events)
          .values({
            conversationId: conversation.id,
            seq: head.seq,
            number: conversation.lastNumber,
            kind,
            actorId,
            subjectId: subjectId ?? null,
          })
          .returning({ at: events.at })
        const place = { conversationId: conversation.id, seq: head.seq, actorId, at: written(row).at }
        told.push({ channel: conversationChannel(conversation.id), payload: JSON.stringify(event(place)) })
        return place
      },
      welcome(userId) {
        const payload = JSON.stringify({ type: 'welcome', conversationId: conversation.id })
        told.push({ channel: userChannel(userId), payload })
      },
    })
    if (head.seq > conversation.lastSeq)
      await tx.update(conversations).set({ lastSeq: head.seq }).where(eq(conversations.id, conversation.id))
    return answer
  })
  for (const { channel, payload } of told) deps.bus.publish(channel, payload)
  return result
}

async function proveAgain(tx: Transaction, access: LogAccess): Promise<MemberRow | null> {
  const [member] = await tx
    .select()
    .from(members)
    .where(
      and(
        eq(members.conversationId, access.conversationId),
        eq(members.userId, access.userId),
        isNull(members.leftSeq),
      ),
    )
  if (member === undefined) {
    if (access.standing !== 'outside') throw notFound('conversation')
    return null
  }
  if (access.standing === 'owner' && member.role !== 'owner')
    throw new AppError('FORBIDDEN', 'Only an owner of this conversation may do that.')
  return member
}

function written<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('the event was not written')
  return row
}
