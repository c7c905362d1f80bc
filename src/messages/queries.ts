import { and, asc, desc, eq, gt, gte, lt, type SQL } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import { memberOf } from '../conversations/access'
import { readConversationEvents } from '../conversations/log-events'
import type { ConversationEvent } from '../conversations/schema'
import { conversations } from '../conversations/tables'
import type { Database } from '../db/open'
import { snapshot } from '../db/snapshot'
import type { Deps } from '../deps'
import { notFound } from '../lib/errors'
import { toMessage } from './rows'
import type { Message } from './schema'
import { messages } from './tables'

export interface HistoryQuery {
  conversationId: string
  /** Message numbers. At most one is given; none asks for the newest page. */
  before?: number | undefined
  after?: number | undefined
  around?: number | undefined
  limit: number
}

export interface HistoryPage {
  /** Oldest first. */
  messages: Message[]
  /** Who came and went from the first of these messages up to the message after the last, or up to the head. */
  events: ConversationEvent[]
  head: { seq: number; number: number }
}

/**
 * A page of a conversation's main timeline with the head of the same moment: whoever holds the newest page holds the
 * log up to `head.seq`. Numbers are dense, so a page is one index range however deep it lies.
 */
export function readHistory(
  { db }: Pick<Deps, 'db'>,
  viewer: Viewer,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { conversationId } = query
  return snapshot(db, async (tx) => {
    await memberOf({ db: tx }, viewer, conversationId)
    const [head] = await tx
      .select({ seq: conversations.lastSeq, number: conversations.lastNumber })
      .from(conversations)
      .where(eq(conversations.id, conversationId))
    if (head === undefined) throw notFound('conversation', 'conversationId')
    const page = await readPage(tx, query)
    const events = await readConversationEvents(tx, conversationId, await seqsAround(tx, query, page))
    return { messages: page, events, head }
  })
}

/** The page's part of the log: pages that touch leave no event out and show none twice. */
async function seqsAround(tx: Database, query: HistoryQuery, page: Message[]) {
  const [first] = page
  const last = page.at(-1)
  if (first === undefined || last === undefined) return emptyPage(query)
  const [next] = await tx
    .select({ seq: messages.seq })
    .from(messages)
    .where(and(eq(messages.conversationId, query.conversationId), eq(messages.number, last.number + 1)))
  return { from: first.number === 1 ? 1 : first.seq, before: next?.seq ?? null }
}

/** Before any message there may have been events; beyond the last one they belong to the page that holds it. */
function emptyPage({ before, after }: HistoryQuery) {
  const isWhole = before === undefined && after === undefined
  return isWhole ? { from: 1, before: null } : { from: 1, before: 1 }
}

async function readPage(tx: Database, query: HistoryQuery): Promise<Message[]> {
  const { conversationId, before, after, around, limit } = query
  const inside = eq(messages.conversationId, conversationId)
  const backward = async (where: SQL | undefined, count: number) => {
    const rows = await tx.select().from(messages).where(where).orderBy(desc(messages.number)).limit(count)
    return rows.reverse()
  }
  const forward = (where: SQL | undefined, count: number) =>
    tx.select().from(messages).where(where).orderBy(asc(messages.number)).limit(count)

  if (after !== undefined)
    return (await forward(and(inside, gt(messages.number, after)), limit)).map(toMessage)
  if (around === undefined) {
    const where = before === undefined ? inside : and(inside, lt(messages.number, before))
    return (await backward(where, limit)).map(toMessage)
  }
  const half = Math.floor(limit / 2)
  const older = half === 0 ? [] : await backward(and(inside, lt(messages.number, around)), half)
  const newer = await forward(and(inside, gte(messages.number, around)), limit - older.length)
  return [...older, ...newer].map(toMessage)
}
