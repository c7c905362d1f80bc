import { eq } from 'drizzle-orm'
import type { LogPlace } from '../conversations/schema'
import { conversations, type EventKind, events, type members } from '../conversations/tables'
import type { Transaction } from '../db/open'
import type { LogEvent } from '../sync/schema'
import { conversationChannel, userChannel } from './channels'

export type ConversationRow = typeof conversations.$inferSelect
export type MemberRow = typeof members.$inferSelect

interface Entry {
  kind: EventKind
  /** The message or member it is about. */
  subjectId?: string
  /** The event as the members will get it. */
  event: (place: LogPlace) => LogEvent
}

/** What the work of a change may do, inside the transaction and under the conversation's lock. */
export interface LogWriter {
  readonly tx: Transaction
  /** As it was when the lock was taken. */
  readonly conversation: Readonly<ConversationRow>
  /** The actor's membership under the lock; null for those outside. */
  readonly actor: Readonly<MemberRow> | null
  /** Takes the next seq and moves the head. What is not appended takes none: a change of nothing is no event. */
  append(entry: Entry): Promise<LogPlace>
  /** Takes as many seqs as there are entries, in one statement: a thousand people may come at once. */
  appendAll(entries: readonly Entry[]): Promise<LogPlace[]>
  /** Tells a person's clients, after the commit, that they are in this conversation now. */
  welcome(userId: string): void
}

/** What is said on the bus once the change is committed. */
export interface News {
  channel: string
  payload: string
}

/** Made by `log.ts` alone, for one transaction; what tells of its entries waits in `news` for the commit. */
export class Writer implements LogWriter {
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

  async append(entry: Entry): Promise<LogPlace> {
    const [place] = await this.appendAll([entry])
    if (place === undefined) throw new Error('the event was not written')
    return place
  }

  async appendAll(entries: readonly Entry[]): Promise<LogPlace[]> {
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
