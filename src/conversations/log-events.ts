import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm'
import type { Person } from '../accounts/schema'
import { personColumns, users } from '../accounts/tables'
import type { Database } from '../db/open'
import { PAGE_MAX } from '../lib/limits'
import type { ConversationEvent, LogPlace, MemberRole } from './schema'
import { conversations, type EventKind, events, members } from './tables'

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

interface SeqRange {
  from: number
  /** null: up to the head. */
  before: number | null
}

/** The events between messages (who came, who went), at most the newest PAGE_MAX of the range, oldest first. */
export async function readConversationEvents(
  db: Database,
  conversationId: string,
  { from, before }: SeqRange,
): Promise<ConversationEvent[]> {
  const upTo: SQL | undefined = before === null ? undefined : lt(events.seq, before)
  const rows = await db
    .select({
      kind: events.kind,
      conversationId: events.conversationId,
      seq: events.seq,
      actorId: events.actorId,
      at: events.at,
      subjectId: events.subjectId,
      person: personColumns,
      role: members.role,
      name: conversations.name,
    })
    .from(events)
    .innerJoin(conversations, eq(conversations.id, events.conversationId))
    .leftJoin(users, eq(users.id, events.subjectId))
    .leftJoin(
      members,
      and(eq(members.conversationId, events.conversationId), eq(members.userId, events.subjectId)),
    )
    .where(
      and(
        eq(events.conversationId, conversationId),
        gte(events.seq, from),
        upTo,
        inArray(events.kind, [...CONVERSATION_KINDS]),
      ),
    )
    .orderBy(desc(events.seq))
    .limit(PAGE_MAX)
  return rows.reverse().flatMap((row) => toConversationEvent({ ...row, kind: narrow(row.kind) }) ?? [])
}

function narrow(kind: EventKind): ConversationKinds {
  const found = CONVERSATION_KINDS.find((known) => known === kind)
  if (found === undefined) throw new Error(`no event about a conversation: ${kind}`)
  return found
}
