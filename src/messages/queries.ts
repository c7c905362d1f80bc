import type { Viewer } from '../accounts/sessions'
import { asMemberSees, selectStanding } from '../conversations/access'
import { type EventJson, eventsJsonBetween, readConversationEvent } from '../conversations/log-events'
import type { ConversationEvent } from '../conversations/schema'
import type { Fragment, Sql } from '../db/open'
import type { Deps } from '../deps'
import { type MessageColumns, readMessage } from './rows'
import type { Message } from './schema'

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

/** One row at least if there is such a conversation: without a message when the page is empty. The first has the rest. */
type Row = { found: string | null; events: EventJson[] | null } & (MessageColumns | { id: null })

/**
 * A page of a conversation's main timeline with the head of the same moment: whoever holds the newest page holds the
 * log up to `head.seq`. Numbers are dense, so a page is one index range however deep it lies.
 *
 * One statement, so that its parts agree: the page's part of the log is what lies between the first message of this page and
 * that of the next, and pages that touch leave no event out and show none twice. Before any message there may have been
 * events; beyond the last one they belong to the page that holds it.
 */
export async function readHistory(
  { sql }: Pick<Deps, 'sql'>,
  viewer: Viewer,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { conversationId, limit } = query
  const isNewest = query.before === undefined && query.after === undefined
  const rows = await sql<Row[]>`
    WITH standing AS MATERIALIZED (${selectStanding(sql, viewer, conversationId)}),
    page AS MATERIALIZED (
      SELECT id, seq, number, sender_id, body, created_at, edited_at, deleted_at, changed_seq
      FROM standing, LATERAL (SELECT ${firstNumber(sql, query)} AS first_number) AS range, messages
      WHERE is_member AND conversation_id = ${conversationId}
        AND number >= first_number AND number < first_number + ${limit}
    ),
    edge AS MATERIALIZED (
      SELECT min(number) AS first, CASE WHEN min(number) > 1 THEN min(seq) ELSE 1 END AS first_seq, COALESCE(
        (SELECT seq FROM messages WHERE conversation_id = ${conversationId} AND number = max(page.number) + 1),
        CASE WHEN max(number) IS NULL AND NOT ${isNewest}::boolean THEN 1 END, ${SEQ_MAX}) AS next_seq
      FROM page
    )
    SELECT page.*, CASE WHEN page.number IS NOT DISTINCT FROM edge.first THEN found END AS found,
      CASE WHEN page.number IS NOT DISTINCT FROM edge.first AND is_member THEN (
        ${eventsJsonBetween(sql, conversationId, { from: sql`edge.first_seq`, before: sql`edge.next_seq` })}) END AS events
    FROM standing CROSS JOIN edge LEFT JOIN page ON true
    ORDER BY page.number`
  const head = asMemberSees(rows[0]?.found)
  const events = (rows[0]?.events ?? []).flatMap((json) => readConversationEvent(conversationId, json) ?? [])
  return {
    messages: rows.flatMap((row) => (row.id === null ? [] : readMessage(conversationId, row))),
    events,
    head,
  }
}

/** int8's highest. */
const SEQ_MAX = '9223372036854775807'

/** Where the page begins, as an expression of `standing`; less than 1 when there are fewer messages than it may hold. */
function firstNumber(sql: Sql, { before, after, around, limit }: HistoryQuery): Fragment {
  if (after !== undefined) return sql`${after}::bigint + 1`
  if (around === undefined)
    return sql`LEAST(${before ?? null}::bigint - 1, last_number) - ${limit}::bigint + 1`
  return sql`GREATEST(1, LEAST(${around}::bigint - 1, last_number) - ${Math.floor(limit / 2)}::bigint + 1)`
}
