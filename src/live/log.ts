import { and, eq, isNull } from 'drizzle-orm'
import { conversations, members } from '../conversations/tables'
import { change } from '../db/change'
import type { Transaction } from '../db/open'
import type { LogDeps } from '../deps'
import { AppError, notFound } from '../lib/errors'
import { type ConversationRow, type LogWriter, type MemberRow, type News, Writer } from './log-writer'

/** Proof that somebody may act on a conversation; made by `conversations/access.ts`, proved again under the lock. */
export interface LogAccess {
  readonly conversationId: string
  readonly userId: string
  /** `outside`: not a member, allowed all the same (joining a public conversation). */
  readonly standing: 'owner' | 'member' | 'outside'
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
    if (conversation === undefined) throw notFound('conversation', 'conversationId')
    const actor = await proveAgain(tx, access)
    return { conversation, actor, work }
  })
}

type NewConversation = typeof conversations.$inferInsert

/**
 * The same for a conversation that does not exist yet. With a `directKey` it answers null, with nothing written, when
 * the conversation of these people is already there, also when it came into being in this very moment.
 */
export async function startConversation<T>(
  deps: LogDeps,
  row: NewConversation & { directKey?: undefined },
  work: (log: LogWriter) => Promise<T>,
): Promise<T>
export async function startConversation<T>(
  deps: LogDeps,
  row: NewConversation,
  work: (log: LogWriter) => Promise<T>,
): Promise<T | null>
export async function startConversation<T>(
  deps: LogDeps,
  row: NewConversation,
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

function commitThenTell<T>(
  deps: LogDeps,
  actorId: string,
  open: (tx: Transaction) => Promise<Opened<T>>,
): Promise<T>
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
  const news: News[] = []
  const result = await change(deps.db, async (tx) => {
    const opened = await open(tx)
    if (opened === null) return null
    return opened.work(new Writer({ ...opened, tx, actorId, news }))
  })
  if (deps.failpoints && news.length > 0) await deps.failpoints.reach('change.committed')
  for (const { channel, payload } of news) deps.bus.publish(channel, payload)
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
    if (access.standing !== 'outside') throw notFound('conversation', 'conversationId')
    return null
  }
  if (access.standing === 'owner' && member.role !== 'owner')
    throw new AppError('FORBIDDEN', 'Only an owner of this conversation may do that.', {
      field: 'conversationId',
    })
  return member
}
