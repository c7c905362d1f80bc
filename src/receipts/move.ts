import type { Sql } from '../db/open'
import { RECEIPT_AUDIENCE_MAX } from '../lib/limits'

/** How far a person says they are in a conversation: seqs, 0 for nothing said. */
export interface Cursor {
  conversationId: string
  userId: string
  delivered: number
  read: number
  /** The version up to which the reading clears the mark "unread": of marks that were there when it was said. 0: none. */
  clears: number
}

/** Where a cursor stands now, and who is told: everybody in a small conversation, else one's own devices. */
export interface Moved extends Omit<Cursor, 'clears'> {
  readNumber: number
  audience: 'members' | 'self'
}

/** A mark "unread" that is gone, which only the person's own devices hear. */
export interface Cleared {
  conversationId: string
  userId: string
  unreadVersion: number
}

export interface Outcome {
  moved: Moved[]
  cleared: Cleared[]
  /** Held by somebody else at this moment. */
  busy: Cursor[]
}

/**
 * Moves cursors forward, all in one statement: never back, never beyond the head, delivered never behind read. Marks
 * "unread" that were there when the reading was said are cleared, whether the cursor moves or not; later ones stay.
 *
 * A row that a send or a leaving holds at this moment is `busy` and left for the next time: waiting for it could
 * deadlock, since sends lock several members in an order of their own. Those who are no members are passed over.
 */
export async function moveCursors(sql: Sql, cursors: readonly Cursor[]): Promise<Outcome> {
  const rows = await sql<Row[]>`
    WITH wanted AS (
      SELECT * FROM unnest(
        ${cursors.map((cursor) => cursor.conversationId)}::uuid[],
        ${cursors.map((cursor) => cursor.userId)}::uuid[],
        ${cursors.map((cursor) => Math.max(cursor.delivered, cursor.read))}::int8[],
        ${cursors.map((cursor) => cursor.read)}::int8[],
        ${cursors.map((cursor) => cursor.clears)}::int8[]
      ) AS wanted (conversation_id, user_id, delivered, read, clears)
    ), held AS (
      -- Each by its own look-up, whatever the planner believes about the tables. Read under the row's lock, hence the
      -- newest cursors; the head may be a moment older, which at worst clamps too low.
      SELECT wanted.conversation_id, wanted.user_id, member.delivered_seq, member.read_seq, member.read_number,
        GREATEST(member.delivered_seq, LEAST(wanted.delivered, head.last_seq)) AS delivered,
        GREATEST(member.read_seq, LEAST(wanted.read, head.last_seq)) AS read,
        member.unread_from IS NOT NULL AND member.unread_version <= wanted.clears AS cleared
      FROM wanted
      CROSS JOIN LATERAL (SELECT last_seq FROM conversations WHERE id = wanted.conversation_id LIMIT 1) AS head
      CROSS JOIN LATERAL (
        SELECT * FROM members
        WHERE conversation_id = wanted.conversation_id AND user_id = wanted.user_id AND left_seq IS NULL
        FOR NO KEY UPDATE SKIP LOCKED
      ) AS member
    ), moved AS (
      UPDATE members AS member
      SET delivered_seq = held.delivered,
        read_seq = held.read,
        read_number = GREATEST(held.read_number, (
          SELECT number FROM events WHERE conversation_id = held.conversation_id AND seq = held.read
        )),
        unread_from = CASE WHEN held.cleared THEN NULL ELSE member.unread_from END,
        unread_version = member.unread_version + held.cleared::int
      FROM held
      WHERE member.conversation_id = held.conversation_id AND member.user_id = held.user_id
        AND (held.delivered > held.delivered_seq OR held.read > held.read_seq OR held.cleared)
      RETURNING member.conversation_id, member.user_id, held.delivered, held.read, member.read_number,
        member.unread_version, held.cleared,
        held.delivered > held.delivered_seq OR held.read > held.read_seq AS rose
    ), crowded AS (
      -- Counted no further than the answer needs. COALESCE keeps the partial index, which knows no conversations, out.
      SELECT place.conversation_id
      FROM (SELECT DISTINCT conversation_id FROM moved) AS place
      WHERE ${RECEIPT_AUDIENCE_MAX} < (
        SELECT count(*)
        FROM (
          SELECT FROM members
          WHERE conversation_id = place.conversation_id AND COALESCE(left_seq, 0) = 0
          LIMIT ${RECEIPT_AUDIENCE_MAX + 1}
        ) AS member
      )
    )
    SELECT conversation_id, user_id, delivered, read, 0 AS clears, read_number, unread_version, cleared, rose,
      conversation_id IN (SELECT conversation_id FROM crowded) AS crowded
    FROM moved
    UNION ALL
    SELECT conversation_id, user_id, delivered, read, clears, NULL, NULL, NULL, NULL, NULL
    FROM wanted
    WHERE (conversation_id, user_id) NOT IN (SELECT conversation_id, user_id FROM held)
      AND EXISTS (
        SELECT FROM members AS member
        WHERE member.conversation_id = wanted.conversation_id AND member.user_id = wanted.user_id
          AND member.left_seq IS NULL
      )`
  return sort(rows)
}

/** int8 comes as text from the driver, and becomes a number here. What is null is so for a row that was busy. */
interface Row {
  conversation_id: string
  user_id: string
  delivered: string
  read: string
  clears: string
  read_number: string | null
  unread_version: string | null
  cleared: boolean | null
  rose: boolean | null
  crowded: boolean | null
}

function sort(rows: readonly Row[]): Outcome {
  const outcome: Outcome = { moved: [], cleared: [], busy: [] }
  for (const row of rows) {
    const whose = { conversationId: row.conversation_id, userId: row.user_id }
    const cursor = { ...whose, delivered: Number(row.delivered), read: Number(row.read) }
    if (row.read_number === null) outcome.busy.push({ ...cursor, clears: Number(row.clears) })
    else if (row.rose)
      outcome.moved.push({
        ...cursor,
        readNumber: Number(row.read_number),
        audience: row.crowded ? 'self' : 'members',
      })
    if (row.cleared) outcome.cleared.push({ ...whose, unreadVersion: Number(row.unread_version) })
  }
  return outcome
}
