import type { Sql } from '../db/open'
import { RECEIPT_AUDIENCE_MAX } from '../lib/limits'

/** How far a person says they are in a conversation: seqs, 0 for nothing said. */
export interface Cursor {
  conversationId: string
  userId: string
  delivered: number
  read: number
}

/** Where a cursor stands now, and who is told: everybody in a small conversation, else one's own devices. */
export interface Moved extends Cursor {
  readNumber: number
  audience: 'members' | 'self'
}

/**
 * Moves cursors forward, all in one statement: never back, never beyond the head, delivered never behind read.
 *
 * A row that a send or a leaving holds at this moment is `busy` and left for the next time: waiting for it could
 * deadlock, since sends lock several members in an order of their own. Those who are no members are passed over.
 */
export async function moveCursors(
  sql: Sql,
  cursors: readonly Cursor[],
): Promise<{ moved: Moved[]; busy: Cursor[] }> {
  const rows = await sql<Row[]>`
    WITH wanted AS (
      SELECT * FROM unnest(
        ${cursors.map((cursor) => cursor.conversationId)}::uuid[],
        ${cursors.map((cursor) => cursor.userId)}::uuid[],
        ${cursors.map((cursor) => Math.max(cursor.delivered, cursor.read))}::int8[],
        ${cursors.map((cursor) => cursor.read)}::int8[]
      ) AS wanted (conversation_id, user_id, delivered, read)
    ), held AS (
      -- Read under the row's lock, hence its newest values. The head may be older, which clamps too low at worst.
      SELECT member.conversation_id, member.user_id, member.delivered_seq, member.read_seq, member.read_number,
        GREATEST(member.delivered_seq, LEAST(wanted.delivered, conversation.last_seq)) AS delivered,
        GREATEST(member.read_seq, LEAST(wanted.read, conversation.last_seq)) AS read
      FROM wanted
      JOIN members AS member USING (conversation_id, user_id)
      JOIN conversations AS conversation ON conversation.id = wanted.conversation_id
      WHERE member.left_seq IS NULL
      FOR NO KEY UPDATE OF member SKIP LOCKED
    ), moved AS (
      UPDATE members AS member
      SET delivered_seq = held.delivered,
        read_seq = held.read,
        read_number = GREATEST(held.read_number, COALESCE(event.number, 0))
      FROM held
      LEFT JOIN events AS event ON event.conversation_id = held.conversation_id AND event.seq = held.read
      WHERE member.conversation_id = held.conversation_id AND member.user_id = held.user_id
        AND (held.delivered > held.delivered_seq OR held.read > held.read_seq)
      RETURNING member.conversation_id, member.user_id, held.delivered, held.read, member.read_number
    ), crowd AS (
      -- Counted no further than the answer needs.
      SELECT place.conversation_id, count(*) > ${RECEIPT_AUDIENCE_MAX} AS large
      FROM (SELECT DISTINCT conversation_id FROM moved) AS place
      CROSS JOIN LATERAL (
        SELECT FROM members
        WHERE members.conversation_id = place.conversation_id AND members.left_seq IS NULL
        LIMIT ${RECEIPT_AUDIENCE_MAX + 1}
      ) AS member
      GROUP BY place.conversation_id
    )
    SELECT moved.conversation_id, moved.user_id, moved.delivered, moved.read, moved.read_number, crowd.large
    FROM moved JOIN crowd USING (conversation_id)
    UNION ALL
    SELECT wanted.conversation_id, wanted.user_id, wanted.delivered, wanted.read, NULL, NULL
    FROM wanted
    JOIN members AS member USING (conversation_id, user_id)
    WHERE member.left_seq IS NULL
      AND NOT EXISTS (
        SELECT FROM held
        WHERE held.conversation_id = wanted.conversation_id AND held.user_id = wanted.user_id
      )`
  return sort(rows)
}

/** int8 comes as text from the driver, and becomes a number here. */
interface Row {
  conversation_id: string
  user_id: string
  delivered: string
  read: string
  /** null for a row that was busy. */
  read_number: string | null
  large: boolean | null
}

function sort(rows: readonly Row[]): { moved: Moved[]; busy: Cursor[] } {
  const moved: Moved[] = []
  const busy: Cursor[] = []
  for (const row of rows) {
    const cursor = {
      conversationId: row.conversation_id,
      userId: row.user_id,
      delivered: Number(row.delivered),
      read: Number(row.read),
    }
    if (row.read_number === null) busy.push(cursor)
    else
      moved.push({ ...cursor, readNumber: Number(row.read_number), audience: row.large ? 'self' : 'members' })
  }
  return { moved, busy }
}
