ALTER TABLE "members" ADD COLUMN "unread_from" bigint;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "unread_version" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- The group commit's one statement: writes a batch of sends, each answered on its own.
--
-- Outcomes: sent (now), known (the same id from the same sender in the same conversation: the first answer again),
-- conflict (that id is somebody else's or elsewhere), denied (no such conversation or no member of it), busy (only
-- with may_wait = false: another transaction holds the conversation).
--
-- VOLATILE, so every statement below takes a fresh snapshot, after the locks were granted: a concurrent retry of the
-- same id is seen. (A data-modifying CTE would see the rows as they were before and burn a seq.) Rows are locked in
-- one order everywhere, conversations by id and then members by (conversation, user), so batches cannot deadlock.
-- enable_seqscan is off because PL/pgSQL keeps the plan it made while the tables were small.
CREATE OR REPLACE FUNCTION send_messages(
  message_ids uuid[],
  conversation_ids uuid[],
  sender_ids uuid[],
  bodies text[],
  may_wait boolean
)
RETURNS TABLE (place integer, outcome text, sent_seq bigint, sent_number bigint, sent_at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET lock_timeout = '2s'
AS $$
#variable_conflict use_column
DECLARE
  locked uuid[];
  send record;
  earlier record;
  current_id uuid;
  head_seq bigint;
  head_number bigint;
  first_seq bigint;
  writers uuid[];
  writer_seqs bigint[];
  writer_numbers bigint[];
BEGIN
  IF may_wait THEN
    SELECT array_agg(c.id) INTO locked FROM (
      SELECT id FROM conversations WHERE id = ANY (conversation_ids) ORDER BY id FOR NO KEY UPDATE
    ) c;
  ELSE
    SELECT array_agg(c.id) INTO locked FROM (
      SELECT id FROM conversations WHERE id = ANY (conversation_ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
    ) c;
  END IF;

  FOR send IN
    SELECT q.id, q.conversation_id, q.sender_id, q.body, q.place
    FROM unnest(message_ids, conversation_ids, sender_ids, bodies)
      WITH ORDINALITY AS q (id, conversation_id, sender_id, body, place)
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL -- the end: closes the last conversation's group
    ORDER BY conversation_id NULLS LAST, place
  LOOP
    IF send.conversation_id IS DISTINCT FROM current_id THEN
      IF head_seq > first_seq THEN
        UPDATE conversations
        SET last_seq = head_seq, last_number = head_number, last_message_at = now()
        WHERE id = current_id;
        PERFORM 1 FROM members
        WHERE conversation_id = current_id AND user_id = ANY (writers)
        ORDER BY user_id FOR NO KEY UPDATE;
        -- What one wrote is delivered to and read by oneself. Writing is reading: it clears the mark "unread", and whoever
        -- sees the message knows the version that this makes (2^20 for each seq: VERSIONS_PER_SEQ in src/lib/limits.ts).
        UPDATE members m
        SET delivered_seq = w.seq, read_seq = w.seq, read_number = w.number,
          unread_from = NULL, unread_version = GREATEST(m.unread_version + 1, w.seq << 20)
        FROM (
          SELECT u.id, max(u.seq) AS seq, max(u.number) AS number
          FROM unnest(writers, writer_seqs, writer_numbers) AS u (id, seq, number)
          GROUP BY u.id
        ) w
        WHERE m.conversation_id = current_id AND m.user_id = w.id;
      END IF;
      EXIT WHEN send.conversation_id IS NULL;
      current_id := send.conversation_id;
      SELECT last_seq, last_number INTO head_seq, head_number FROM conversations WHERE id = current_id;
      first_seq := head_seq;
      writers := '{}';
      writer_seqs := '{}';
      writer_numbers := '{}';
    END IF;

    place := send.place;
    sent_seq := NULL;
    sent_number := NULL;
    sent_at := NULL;

    SELECT conversation_id, sender_id, seq, number, created_at INTO earlier FROM messages WHERE id = send.id;
    IF FOUND THEN
      IF earlier.conversation_id = send.conversation_id AND earlier.sender_id = send.sender_id THEN
        outcome := 'known';
        sent_seq := earlier.seq;
        sent_number := earlier.number;
        sent_at := earlier.created_at;
      ELSE
        outcome := 'conflict';
      END IF;
    ELSIF head_seq IS NULL THEN
      outcome := 'denied';
    ELSIF locked IS NULL OR NOT send.conversation_id = ANY (locked) THEN
      outcome := 'busy';
    ELSE
      PERFORM 1 FROM members
      WHERE conversation_id = send.conversation_id AND user_id = send.sender_id AND left_seq IS NULL;
      IF NOT FOUND THEN
        outcome := 'denied';
      ELSE
        outcome := 'sent';
        head_seq := head_seq + 1;
        head_number := head_number + 1;
        sent_seq := head_seq;
        sent_number := head_number;
        INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, changed_seq)
        VALUES (send.id, send.conversation_id, head_seq, head_number, send.sender_id, send.body, head_seq)
        RETURNING created_at INTO sent_at;
        INSERT INTO events (conversation_id, seq, number, kind, actor_id, subject_id)
        VALUES (send.conversation_id, head_seq, head_number, 'sent', send.sender_id, send.id);
        writers := writers || send.sender_id;
        writer_seqs := writer_seqs || head_seq;
        writer_numbers := writer_numbers || head_number;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
