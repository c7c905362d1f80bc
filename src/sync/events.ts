import { type EventJson, eventJson, readConversationEvent } from '../conversations/log-events'
import { toTime } from '../db/columns'
import type { Fragment, Sql } from '../db/open'
import { type MessageColumns, readMessage } from '../messages/rows'
import type { LogEvent } from './schema'

interface After {
  conversationId: string
  after: number
  limit: number
}

/** One of the log as `selectEvents` gives it. An id that is null beside no event is damage. */
export type EventRow = { seq: string; actor_id: string; at: string } & (
  | { event: EventJson }
  | ({ event: null; id: string | null; sent_seq: string } & Omit<MessageColumns, 'seq' | 'id'>)
)

/**
 * The log as it is told: the union of the slices' events, in order. An event about a message carries the message as it
 * is now, so that one read after an edit is as good as the edit.
 */
export async function readEvents(sql: Sql, query: After): Promise<LogEvent[]> {
  const rows = await sql<EventRow[]>`${selectEvents(sql, query)}`
  return rows.map((row) => readEvent(query.conversationId, row))
}

export function selectEvents(sql: Sql, { conversationId, after, limit }: After): Fragment {
  const { applies, value, joins } = eventJson(sql)
  return sql`
    SELECT events.seq, actor_id, at, CASE WHEN ${applies} THEN ${value} END AS event,
      messages.id, messages.seq AS sent_seq, messages.number, sender_id, body, messages.created_at,
      edited_at, deleted_at, changed_seq
    FROM events ${joins}
    LEFT JOIN messages ON messages.id = events.subject_id AND NOT ${applies}
    WHERE events.conversation_id = ${conversationId} AND events.seq > ${after}
    ORDER BY events.seq LIMIT ${limit}`
}

export function readEvent(conversationId: string, row: EventRow): LogEvent {
  if (row.event !== null) return there(readConversationEvent(conversationId, row.event))
  const message = readMessage(conversationId, { ...row, id: there(row.id), seq: row.sent_seq })
  const { seq, actor_id, at } = row
  return { conversationId, seq: Number(seq), actorId: actor_id, at: toTime(at), type: 'message', message }
}

/** Foreign keys keep what an event is about: its absence is damage, and a hole must not be told as an event. */
function there<T>(found: T | null): T {
  if (found === null) throw new Error('an event of the log is about something that is gone')
  return found
}
