import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import { personColumns, users } from '../accounts/tables'
import { type LoggedConversationEvent, toConversationEvent } from '../conversations/log-events'
import { conversations, type EventKind, events, members } from '../conversations/tables'
import type { Database } from '../db/open'
import { type MessageRow, toMessage } from '../messages/rows'
import { messages } from '../messages/tables'
import type { LogEvent } from './schema'

interface After {
  conversationId: string
  after: number
  limit: number
}

/**
 * The log as it is told: the union of the slices' events, in order. An event about a message carries the message as it
 * is now, so that one read after an edit is as good as the edit.
 */
export async function readEvents(db: Database, { conversationId, after, limit }: After): Promise<LogEvent[]> {
  const rows = await db
    .select({
      kind: events.kind,
      seq: events.seq,
      actorId: events.actorId,
      at: events.at,
      subjectId: events.subjectId,
      message: messages,
      person: personColumns,
      role: members.role,
      name: conversations.name,
    })
    .from(events)
    .innerJoin(conversations, eq(conversations.id, events.conversationId))
    .leftJoin(
      messages,
      and(eq(messages.id, events.subjectId), inArray(events.kind, ['sent', 'edited', 'deleted'])),
    )
    .leftJoin(users, eq(users.id, events.subjectId))
    .leftJoin(
      members,
      and(eq(members.conversationId, events.conversationId), eq(members.userId, events.subjectId)),
    )
    .where(and(eq(events.conversationId, conversationId), gt(events.seq, after)))
    .orderBy(asc(events.seq))
    .limit(limit)
  return rows.map((row) => toLogEvent({ ...row, conversationId }))
}

interface LoggedEvent extends Omit<LoggedConversationEvent, 'kind'> {
  kind: EventKind
  message: MessageRow | null
}

function toLogEvent(row: LoggedEvent): LogEvent {
  const { kind } = row
  switch (kind) {
    case 'sent':
    case 'edited':
    case 'deleted': {
      const { conversationId, seq, actorId, at } = row
      return { conversationId, seq, actorId, at, type: 'message', message: toMessage(there(row.message)) }
    }
    case 'created':
    case 'joined':
    case 'left':
    case 'role':
    case 'renamed':
      return there(toConversationEvent({ ...row, kind }))
  }
}

/** Foreign keys keep what an event is about: its absence is damage, and a hole must not be told as an event. */
function there<T>(found: T | null): T {
  if (found === null) throw new Error('an event of the log is about something that is gone')
  return found
}
