import type { Deps } from '../../src/deps'
import { newId } from '../../src/lib/ids'

export interface SeededMessage {
  senderId: string
  body: string
  /** When it was written; now, unless given. */
  at?: Date
}

interface Seed {
  conversationId: string
  messages: SeededMessage[]
  /** Ids of those who have read up to the last of them. */
  readBy?: string[]
}

/**
 * Writes thousands of messages as sending would have left them, in three statements. Nobody is told, so it is for
 * conversations that no page has open, or for what comes while nobody is connected.
 */
export async function seed(
  { deps: { sql } }: { deps: Deps },
  { conversationId, messages, readBy = [] }: Seed,
) {
  const ids = messages.map(() => newId())
  const times = messages.map(({ at = new Date() }) => at.toISOString())
  await sql.begin(async (tx) => {
    const [head] = await tx<{ seq: string; number: string }[]>`
      UPDATE conversations
      SET last_seq = last_seq + ${ids.length}, last_number = last_number + ${ids.length}, last_message_at = ${times.at(-1) ?? null}
      WHERE id = ${conversationId}
      RETURNING last_seq - ${ids.length} AS seq, last_number - ${ids.length} AS number`
    if (head === undefined) throw new Error(`there is no conversation ${conversationId}`)
    await tx`
      WITH written AS (
        INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, created_at, changed_seq)
        SELECT m.id, ${conversationId}, ${head.seq}::bigint + m.place, ${head.number}::bigint + m.place,
          m.sender, m.body, m.at::timestamptz, ${head.seq}::bigint + m.place
        FROM unnest(
          ${ids}::uuid[], ${messages.map(({ senderId }) => senderId)}::uuid[],
          ${messages.map(({ body }) => body)}::text[], ${times}::text[]
        ) WITH ORDINALITY AS m (id, sender, body, at, place)
        RETURNING *
      )
      INSERT INTO events (conversation_id, seq, number, kind, actor_id, subject_id, at)
      SELECT conversation_id, seq, number, 'sent', sender_id, id, created_at FROM written`
    await tx`
      UPDATE members SET delivered_seq = c.last_seq, read_seq = c.last_seq, read_number = c.last_number
      FROM conversations c
      WHERE c.id = ${conversationId} AND conversation_id = c.id AND user_id = ANY (${readBy}::uuid[])`
  })
}

/** `count` messages that are told apart by their number: words, lines, and paragraphs whose height is hard to guess. */
export function manyMessages(count: number, senderIds: string[]): SeededMessage[] {
  const start = Date.now() - count * 60_000
  return Array.from({ length: count }, (_, index) => ({
    senderId: senderIds[Math.floor(index / 3) % senderIds.length] ?? '',
    body: `${nth(index + 1)} ${SHAPES[index % SHAPES.length]}`.trim(),
    at: new Date(start + index * 60_000),
  }))
}

const SHAPES = [
  '',
  'a line of words',
  'and so it goes on for a while, '.repeat(9),
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk '.repeat(5),
  'a line\nand another\n\nand the last of them',
  'W'.repeat(190),
  'i'.repeat(150),
]

/** How a seeded message begins: found by it, since no other's words contain it. */
export function nth(number: number): string {
  return `(${number})`
}
