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
  /** As it was when the lock was taken. */
  readonly conversation: Readonly<ConversationRow>
  /** The actor's membership under the lock; null for those outside. */
  readonly actor: Readonly<MemberRow> | null
  /** Takes the next seq and moves the head. What is not appended takes none: a change of nothing is no event. */
  append(entry: Entry): Promise<Place>
  /** Takes as many seqs as there are entries, in one statement: a thousand people may come at once. */
  appendAll(entries: readonly Entry[]): Promise<Place[]>
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
  const result = await deps.db.transaction(async (tx) => {
    await tx.execute(sql`SET LOCAL lock_timeout = '2s'`)
    const opened = await open(tx)
    if (opened === null) return null
    return opened.work(new Writer({ ...opened, tx, actorId, news }))
  })
  for (const { channel, payload } of news) deps.bus.publish(channel, payload)
  return result
}

interface News {
  channel: string
  payload: string
}

/** One transaction's entries. What tells of them is collected in `news`, for after the commit. */
class Writer implements LogWriter {
  readonly tx: Transaction
  readonly conversation: ConversationRow
  readonly actor: MemberRow | null
  readonly #actorId: string
  readonly #news: News[]
  #head: number

  constructor(parts: Pick<LogWriter, 'tx' | 'conversation' | 'actor'> & { actorId: string; news: News[] }) {
    this.tx = parts.tx
    this.conversation = parts.conversation
    this.actor = parts.actor
    this.#actorId = parts.actorId
    this.#news = parts.news
    this.#head = parts.conversation.lastSeq
  }

  async append(entry: Entry): Promise<Place> {
    const [place] = await this.appendAll([entry])
    if (place === undefined) throw new Error('the event was not written')
    return place
  }

  async appendAll(entries: readonly Entry[]): Promise<Place[]> {
    if (entries.length === 0) return []
    const { id: conversationId, lastNumber: number } = this.conversation
    const rows = await this.tx
      .insert(events)
      .values(
        entries.map(({ kind, subjectId }) => {
          this.#head += 1
          return { conversationId, seq: this.#head, number, kind, actorId: this.#actorId, subjectId }
        }),
      )
      .returning({
        conversationId: events.conversationId,
        seq: events.seq,
        actorId: events.actorId,
        at: events.at,
      })
    await this.tx
      .update(conversations)
      .set({ lastSeq: this.#head })
      .where(eq(conversations.id, conversationId))
    const places = rows.sort((a, b) => a.seq - b.seq)
    const channel = conversationChannel(conversationId)
    for (const [index, { event }] of entries.entries()) {
      const place = places[index]
      if (place !== undefined) this.#news.push({ channel, payload: JSON.stringify(event(place)) })
    }
    return places
  }

  welcome(userId: string): void {
    const payload = JSON.stringify({ type: 'welcome', conversationId: this.conversation.id })
    this.#news.push({ channel: userChannel(userId), payload })
  }
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
