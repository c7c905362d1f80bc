import type { Person } from '../accounts/schema'
import { toTime } from '../db/columns'
import type { Fragment, Sql } from '../db/open'
import { PAGE_MAX } from '../lib/limits'
import type { ConversationEvent, MemberRole } from './schema'
import type { EventKind } from './tables'

/** A row of the log with what its event tells: things as they are now, since the log itself holds no text. */
export interface EventJson {
  kind: Exclude<EventKind, 'sent' | 'edited' | 'deleted'>
  seq: number
  actorId: string
  /** As PostgreSQL writes it. */
  at: string
  subjectId: string | null
  /** The member it is about, and their role; null for events about the conversation. */
  person: Person | null
  role: MemberRole | null
  name: string | null
}

/**
 * For statements on `events` that read something more: which rows are about the conversation or a member of it, the
 * `EventJson` of such a row, and the joins that this needs.
 */
export function eventJson(sql: Sql) {
  // To the letter that of the index `events_about`.
  const applies = sql`events.kind NOT IN ('sent', 'edited', 'deleted')`
  return {
    applies,
    value: sql`json_build_object(
      'kind', events.kind, 'seq', events.seq, 'actorId', events.actor_id, 'at', events.at,
      'subjectId', events.subject_id, 'role', members.role, 'name', conversations.name,
      'person', CASE WHEN users.id IS NOT NULL THEN
        json_build_object('id', users.id, 'username', username, 'displayName', display_name) END)`,
    joins: sql`
      JOIN conversations ON conversations.id = events.conversation_id
      LEFT JOIN users ON users.id = events.subject_id AND ${applies}
      LEFT JOIN members ON members.conversation_id = events.conversation_id AND members.user_id = users.id`,
  }
}

/** The events between messages (who came, who went), as a JSON array of the newest PAGE_MAX of a range, oldest first. */
export function eventsJsonBetween(
  sql: Sql,
  conversationId: string,
  range: { from: Fragment; before: Fragment },
) {
  const { applies, value, joins } = eventJson(sql)
  return sql`
    SELECT json_agg(event ORDER BY seq) FROM (
      SELECT events.seq, ${value} AS event FROM events ${joins}
      WHERE events.conversation_id = ${conversationId} AND events.seq >= ${range.from}
        AND events.seq < ${range.before} AND ${applies}
      ORDER BY events.seq DESC LIMIT ${PAGE_MAX}
    ) AS newest`
}

/** @returns null for a row whose person or name is gone */
export function readConversationEvent(conversationId: string, json: EventJson): ConversationEvent | null {
  const { kind, seq, actorId, subjectId, person, role, name } = json
  const place = { conversationId, seq, actorId, at: toTime(json.at) }
  switch (kind) {
    case 'created':
      return { ...place, type: 'created' }
    case 'joined':
      return person === null ? null : { ...place, type: 'joined', user: person, role: role ?? 'member' }
    case 'left':
      return subjectId === null ? null : { ...place, type: 'left', userId: subjectId }
    case 'role':
      return subjectId === null ? null : { ...place, type: 'role', userId: subjectId, role: role ?? 'member' }
    case 'renamed':
      return { ...place, type: 'renamed', name: name ?? '' }
  }
}
