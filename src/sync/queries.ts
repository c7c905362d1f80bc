import type { Viewer } from '../accounts/sessions'
import { asMemberSees, selectStanding } from '../conversations/access'
import type { Deps } from '../deps'
import { type EventRow, readEvent, selectEvents } from './events'
import type { EventRange } from './schema'

interface RangeQuery {
  conversationId: string
  after: number
  limit: number
}

/** One row at least if there is such a conversation: without an event when none is to be told. */
type Row = { found: string } & (EventRow | { seq: null })

/**
 * What a client missed: the log after a seq. Everybody sees all of it, also what was before their joining. One statement,
 * so that its parts agree: nobody reads past their own leaving.
 */
export async function readRange(
  { sql }: Pick<Deps, 'sql'>,
  viewer: Viewer,
  query: RangeQuery,
): Promise<EventRange> {
  const { conversationId, after } = query
  const rows = await sql<Row[]>`
    WITH standing AS MATERIALIZED (${selectStanding(sql, viewer, conversationId)})
    SELECT found, logged.*
    FROM standing LEFT JOIN LATERAL (${selectEvents(sql, query)}) AS logged ON is_member
    ORDER BY logged.seq`
  const head = asMemberSees(rows[0]?.found).seq
  const events = rows.flatMap((row) => (row.seq === null ? [] : readEvent(conversationId, row)))
  const upTo = events.at(-1)?.seq ?? after
  return { events, from: 1, upTo, head, hasMore: upTo < head }
}
