import type { Person } from '../accounts/schema'
import { toTime } from '../db/columns'
import type { Fragment, Sql } from '../db/open'
import { PAGE_MAX } from '../lib/limits'
import type { ConversationEvent, LogPlace, MemberRole } from './schema'
import type { EventKind } from './tables'

const CONVERSATION_KINDS = ['created', 'joined', 'left', 'role', 'renamed'] as const satisfies EventKind[]
type ConversationKinds = (typeof CONVERSATION_KINDS)[number]

/** A row of the log with what its event tells: things as they are now, since the log itself holds no text. */
export interface LoggedConversationEvent extends LogPlace {
  kind: ConversationKinds
  subjectId: string | null
  /** The member it is about, and their role; null for events about the conversation. */
  person: Person | null
  role: MemberRole | null
  name: string | null
}

/** @returns null for a row whose person or name is gone */
export function toConversationEvent(row: LoggedConversationEvent): ConversationEvent | null {
  const { kind, subjectId, person, role, name } = row
  const place = { conversationId: row.conversationId, seq: row.seq, actorId: row.actorId, at: row.at }
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

/** What `selectEventJson` gives: times as PostgreSQL writes them. */
export type EventJson = Omit<LoggedConversationEvent, 'conversationId'>

/**
 * For statements on `events` that read something more: an expression, and the joins that it needs. The value is the
 * `EventJson` of a row about the conversation or a member of it.
 */
export function eventJson(sql: Sql) {
  return {
    value: sql`json_build_object(
      'kind', events.kind, 'seq', events.seq, 'actorId', events.actor_id, 'at', events.at,
      'subjectId', events.subject_id, 'role', members.role, 'name', conversations.name,
      'person', CASE WHEN users.id IS NOT NULL THEN
        json_build_object('id', users.id, 'username', username, 'displayName', display_name) END)`,
    joins: sql`
      JOIN conversations ON conversations.id = events.conversation_id
      LEFT JOIN users ON users.id = events.subject_id AND events.kind = ANY (${[...CONVERSATION_KINDS]})
      LEFT JOIN members ON members.conversation_id = events.conversation_id AND members.user_id = users.id`,
  }
}

/** The events between messages (who came, who went), as a JSON array of the newest PAGE_MAX of a range, oldest first. */
export function eventsJsonBetween(
  sql: Sql,
  conversationId: string,
  range: { from: Fragment; before: Fragment },
) {
  const { value, joins } = eventJson(sql)
  return sql`
    SELECT json_agg(event ORDER BY seq) FROM (
      SELECT events.seq, ${value} AS event FROM events ${joins}
      WHERE events.conversation_id = ${conversationId} AND events.seq >= ${range.from}
        AND events.seq < ${range.before} AND events.kind NOT IN ('sent', 'edited', 'deleted')
      ORDER BY events.seq DESC LIMIT ${PAGE_MAX}
    ) AS newest`
}

/** @returns null for a row whose person or name is gone */
export function readConversationEvent(conversationId: string, json: EventJson): ConversationEvent | null {
  return toConversationEvent({ ...json, conversationId, at: toTime(json.at) })
}
