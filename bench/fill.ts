import type postgres from 'postgres'

/** Characters of each message. */
export const BODY_LENGTH = 100

interface Fill {
  conversationId: string
  count: number
}

/**
 * Writes messages as sending them one a minute would have left them, by as few statements as there are tables: a million takes
 * seconds. Its members take turns, and all of them have read everything. Constraints between tables are not checked, which a
 * superuser may ask for, and needs to: that would be most of the time.
 */
export async function fillConversation(sql: postgres.Sql, { conversationId, count }: Fill): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SET LOCAL session_replication_role = replica`
    await tx`
      INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, created_at, changed_seq)
      SELECT uuidv7(at - now()), c.id, last_seq + n, last_number + n, senders[1 + n % cardinality(senders)],
        rpad('message ' || n || ' ', ${BODY_LENGTH}, 'words and so on '), at, last_seq + n
      FROM conversations c,
        (SELECT array_agg(user_id) AS senders FROM members WHERE conversation_id = ${conversationId}),
        generate_series(1, ${count}::integer) AS n,
        LATERAL (SELECT now() - (${count} - n) * interval '1 minute' AS at)
      WHERE c.id = ${conversationId}
      ORDER BY n`
    await tx`
      INSERT INTO events (conversation_id, seq, number, kind, actor_id, subject_id, at)
      SELECT conversation_id, seq, number, 'sent', sender_id, id, created_at
      FROM messages
      WHERE conversation_id = ${conversationId}
        AND number > (SELECT last_number FROM conversations WHERE id = ${conversationId})
      ORDER BY number`
    await tx`
      UPDATE conversations
      SET last_seq = last_seq + ${count}, last_number = last_number + ${count}, last_message_at = now()
      WHERE id = ${conversationId}`
    await tx`
      UPDATE members SET delivered_seq = last_seq, read_seq = last_seq, read_number = last_number
      FROM conversations WHERE id = ${conversationId} AND conversation_id = id`
  })
}

/** As many in the peers' table. */
export async function fillPlain(sql: postgres.Sql, { conversationId, count }: Fill): Promise<void> {
  await sql`
    INSERT INTO plain_messages (id, conversation_id, sender_id, body, seq, created_at)
    SELECT uuidv7(at - now()), ${conversationId}::uuid, senders[1 + n % cardinality(senders)],
      rpad('message ' || n || ' ', ${BODY_LENGTH}, 'words and so on '), n, at
    FROM (SELECT array_agg(gen_random_uuid()) AS senders FROM generate_series(1, 50)),
      generate_series(1, ${count}::integer) AS n,
      LATERAL (SELECT now() - (${count} - n) * interval '1 minute' AS at)
    ORDER BY n`
}

/** What autovacuum would do at some moment of the measuring is done now, and so is the writing of what is new. */
export async function settle(sql: postgres.Sql): Promise<void> {
  await sql`VACUUM (ANALYZE)`
  await sql`CHECKPOINT`
}
