import type postgres from 'postgres'
import type { DatabaseState } from './history'

/** All that the database holds of some conversations, as of one moment. */
export async function readDatabase(sql: postgres.Sql, conversationIds: string[]): Promise<DatabaseState> {
  return sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (tx) => {
    const conversations = await tx<{ id: string; lastSeq: string; lastNumber: string }[]>`
      SELECT id, last_seq AS "lastSeq", last_number AS "lastNumber" FROM conversations
      WHERE id = ANY (${conversationIds}::uuid[])`
    const events = await tx<EventRow[]>`
      SELECT conversation_id AS "conversationId", seq, kind, actor_id AS "actorId", subject_id AS "subjectId"
      FROM events WHERE conversation_id = ANY (${conversationIds}::uuid[]) ORDER BY conversation_id, seq`
    const messages = await tx<MessageRow[]>`
      SELECT id, conversation_id AS "conversationId", number, seq, sender_id AS "senderId", body,
        deleted_at IS NOT NULL AS deleted, edited_at IS NOT NULL AS edited
      FROM messages WHERE conversation_id = ANY (${conversationIds}::uuid[]) ORDER BY conversation_id, number`
    const members = await tx<MemberRow[]>`
      SELECT conversation_id AS "conversationId", user_id AS "userId", joined_seq AS "joinedSeq", left_seq AS "leftSeq",
        delivered_seq AS delivered, read_seq AS read
      FROM members WHERE conversation_id = ANY (${conversationIds}::uuid[])`
    return {
      conversations: conversations.map(({ id, lastSeq, lastNumber }) => ({
        ...{ id, lastSeq: Number(lastSeq), lastNumber: Number(lastNumber) },
      })),
      events: events.map((event) => ({ ...event, seq: Number(event.seq) })),
      messages: messages.map((row) => ({ ...row, number: Number(row.number), seq: Number(row.seq) })),
      members: members.map((row) => ({
        ...row,
        joinedSeq: Number(row.joinedSeq),
        leftSeq: row.leftSeq === null ? null : Number(row.leftSeq),
        delivered: Number(row.delivered),
        read: Number(row.read),
      })),
    }
  })
}

/** As the driver gives them: int8 as text. */
interface EventRow {
  conversationId: string
  seq: string
  kind: string
  actorId: string
  subjectId: string | null
}

interface MessageRow {
  id: string
  conversationId: string
  number: string
  seq: string
  senderId: string
  body: string
  deleted: boolean
  edited: boolean
}

interface MemberRow {
  conversationId: string
  userId: string
  joinedSeq: string
  leftSeq: string | null
  delivered: string
  read: string
}
