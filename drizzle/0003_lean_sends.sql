-- The group commit's statement for large batches: answers each send as `send_messages` below does, and is called by it.
--
-- First the conversations are locked, in one order everywhere. Then one statement does all the rest. VOLATILE, so that it takes a
-- fresh snapshot, after the locks were granted: a retry that committed meanwhile is seen, and membership is as it is under
-- the lock. Of an id that comes twice in one batch the first is sent, and the others are known. Members' rows are written under
-- their conversation's lock, and whoever waits for one holds no other, so their order does not matter.
--
-- Every look is by an index, whatever the planner believes about tables that were small when it made the plan.
CREATE FUNCTION send_many_messages(
  message_ids uuid[],
  conversation_ids uuid[],
  sender_ids uuid[],
  bodies text[],
  may_wait boolean
)
RETURNS TABLE (place integer, outcome text, sent_seq bigint, sent_number bigint, sent_at timestamptz)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET lock_timeout = '2s'
AS $$
#variable_conflict use_column
DECLARE
  locked uuid[];
BEGIN
  IF may_wait THEN
    SELECT array_agg(id) INTO locked FROM (
      SELECT id FROM conversations WHERE id = ANY (conversation_ids) ORDER BY id FOR NO KEY UPDATE
    ) AS held;
  ELSE
    SELECT array_agg(id) INTO locked FROM (
      SELECT id FROM conversations WHERE id = ANY (conversation_ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
    ) AS held;
  END IF;

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT send.id, send.conversation_id, send.sender_id, send.body, send.place::integer AS place,
      conversation.last_seq, conversation.last_number, send.conversation_id = ANY (locked) AS is_locked,
      earlier.seq AS earlier_seq, earlier.number AS earlier_number, earlier.created_at AS earlier_at,
      earlier.conversation_id = send.conversation_id AND earlier.sender_id = send.sender_id AS is_same,
      EXISTS (
        SELECT FROM members
        WHERE conversation_id = send.conversation_id AND user_id = send.sender_id AND left_seq IS NULL
      ) AS is_member
    FROM unnest(message_ids, conversation_ids, sender_ids, bodies)
      WITH ORDINALITY AS send (id, conversation_id, sender_id, body, place)
    LEFT JOIN LATERAL (
      SELECT last_seq, last_number FROM conversations WHERE id = send.conversation_id LIMIT 1
    ) AS conversation ON true
    LEFT JOIN LATERAL (
      SELECT seq, number, created_at, conversation_id, sender_id FROM messages WHERE id = send.id LIMIT 1
    ) AS earlier ON true
  ), fresh AS (
    SELECT *, row_number() OVER (PARTITION BY id ORDER BY place) AS turn
    FROM asked
    WHERE earlier_seq IS NULL AND is_locked AND is_member
  ), placed AS MATERIALIZED (
    SELECT id, conversation_id, sender_id, body, place,
      last_seq + row_number() OVER in_order AS seq, last_number + row_number() OVER in_order AS number
    FROM fresh
    WHERE turn = 1
    WINDOW in_order AS (PARTITION BY conversation_id ORDER BY place)
  ), written AS (
    INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, changed_seq)
    SELECT id, conversation_id, seq, number, sender_id, body, seq FROM placed
  ), logged AS (
    INSERT INTO events (conversation_id, seq, number, kind, actor_id, subject_id)
    SELECT conversation_id, seq, number, 'sent', sender_id, id FROM placed
  ), heads AS (
    UPDATE conversations
    SET last_seq = newest.seq, last_number = newest.number, last_message_at = now()
    FROM (
      SELECT conversation_id, max(seq) AS seq, max(number) AS number FROM placed GROUP BY conversation_id
    ) AS newest
    WHERE conversations.id = newest.conversation_id
  ), cursors AS (
    -- What one wrote is delivered to and read by oneself. Writing is reading: it clears the mark "unread", and whoever
    -- sees the message knows the version that this makes (2^20 for each seq: VERSIONS_PER_SEQ in src/lib/limits.ts).
    UPDATE members
    SET delivered_seq = newest.seq, read_seq = newest.seq, read_number = newest.number,
      unread_from = NULL, unread_version = GREATEST(members.unread_version + 1, newest.seq << 20)
    FROM (
      SELECT conversation_id, sender_id, max(seq) AS seq, max(number) AS number
      FROM placed GROUP BY conversation_id, sender_id
    ) AS newest
    WHERE members.conversation_id = newest.conversation_id AND members.user_id = newest.sender_id
  )
  SELECT asked.place,
    CASE
      WHEN earlier_seq IS NOT NULL THEN CASE WHEN is_same THEN 'known' ELSE 'conflict' END
      WHEN placed.place = asked.place THEN 'sent'
      WHEN placed.conversation_id = asked.conversation_id AND placed.sender_id = asked.sender_id THEN 'known'
      WHEN placed.place < asked.place THEN 'conflict'
      WHEN asked.last_seq IS NULL OR is_locked THEN 'denied'
      ELSE 'busy'
    END,
    COALESCE(earlier_seq, placed.seq),
    COALESCE(earlier_number, placed.number),
    COALESCE(earlier_at, now()::timestamptz(3))
  FROM asked LEFT JOIN placed ON placed.id = asked.id;
END
$$;--> statement-breakpoint
-- The group commit's one statement: writes a batch of sends, each answered on its own.
--
-- Outcomes: sent (now), known (the same id from the same sender in the same conversation: the first answer again),
-- conflict (that id is somebody else's or elsewhere), denied (no such conversation or no member of it), busy (only
-- with may_wait = false: another transaction holds the conversation).
--
-- VOLATILE, so every statement below takes a fresh snapshot, after the conversation's lock was granted: a concurrent retry of
-- the same id is seen, and membership is as it is under the lock. Rows are locked in one order everywhere, conversation by
-- conversation, its members by user, so batches cannot deadlock.
--
-- Starting a statement costs more than what it does here, so there are few: one for each message, and three for each
-- conversation. From 8 messages on, one large statement for all of them is cheaper: 57 instead of 85 µs of PostgreSQL's time for each of
-- 28, but 373 instead of 258 for a lone one. Both are held to one promise (tests/messages/batches.test.ts).
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
  IF cardinality(message_ids) >= 8 THEN
    RETURN QUERY SELECT * FROM send_many_messages(message_ids, conversation_ids, sender_ids, bodies, may_wait);
    RETURN;
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
        -- What one wrote is delivered to and read by oneself. Writing is reading: it clears the mark "unread", and whoever
        -- sees the message knows the version that this makes (2^20 for each seq: VERSIONS_PER_SEQ in src/lib/limits.ts).
        IF cardinality(writers) = 1 THEN
          WITH head AS (
            UPDATE conversations
            SET last_seq = head_seq, last_number = head_number, last_message_at = now()
            WHERE id = current_id
          )
          UPDATE members
          SET delivered_seq = head_seq, read_seq = head_seq, read_number = head_number,
            unread_from = NULL, unread_version = GREATEST(unread_version + 1, head_seq << 20)
          WHERE conversation_id = current_id AND user_id = writers[1];
        ELSE
          UPDATE conversations
          SET last_seq = head_seq, last_number = head_number, last_message_at = now()
          WHERE id = current_id;
          PERFORM 1 FROM members
          WHERE conversation_id = current_id AND user_id = ANY (writers)
          ORDER BY user_id FOR NO KEY UPDATE;
          UPDATE members m
          SET delivered_seq = w.seq, read_seq = w.seq, read_number = w.number,
            unread_from = NULL, unread_version = GREATEST(m.unread_version + 1, w.seq << 20)
          FROM unnest(writers, writer_seqs, writer_numbers) AS w (id, seq, number)
          WHERE m.conversation_id = current_id AND m.user_id = w.id;
        END IF;
      END IF;
      EXIT WHEN send.conversation_id IS NULL;
      current_id := send.conversation_id;
      IF may_wait THEN
        SELECT last_seq, last_number INTO head_seq, head_number
        FROM conversations WHERE id = current_id FOR NO KEY UPDATE;
      ELSE
        SELECT last_seq, last_number INTO head_seq, head_number
        FROM conversations WHERE id = current_id FOR NO KEY UPDATE SKIP LOCKED;
      END IF;
      first_seq := head_seq;
      writers := '{}';
      writer_seqs := '{}';
      writer_numbers := '{}';
    END IF;

    place := send.place;
    sent_seq := NULL;
    sent_number := NULL;
    sent_at := NULL;

    IF head_seq IS NOT NULL THEN
      WITH written AS (
        INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, changed_seq)
        SELECT send.id, current_id, head_seq + 1, head_number + 1, user_id, send.body, head_seq + 1
        FROM members WHERE conversation_id = current_id AND user_id = send.sender_id AND left_seq IS NULL
        ON CONFLICT (id) DO NOTHING
        RETURNING seq, number
      )
      INSERT INTO events (conversation_id, seq, number, kind, actor_id, subject_id)
      SELECT current_id, seq, number, 'sent', send.sender_id, send.id FROM written
      RETURNING seq, number, at INTO sent_seq, sent_number, sent_at;
    END IF;
    IF sent_seq IS NOT NULL THEN
      outcome := 'sent';
      head_seq := sent_seq;
      head_number := sent_number;
      IF send.sender_id = ANY (writers) THEN
        writer_seqs[array_position(writers, send.sender_id)] := head_seq;
        writer_numbers[array_position(writers, send.sender_id)] := head_number;
      ELSE
        writers := writers || send.sender_id;
        writer_seqs := writer_seqs || head_seq;
        writer_numbers := writer_numbers || head_number;
      END IF;
    ELSE
      SELECT conversation_id, sender_id, seq, number, created_at INTO earlier FROM messages WHERE id = send.id;
      IF FOUND AND earlier.conversation_id = current_id AND earlier.sender_id = send.sender_id THEN
        outcome := 'known';
        sent_seq := earlier.seq;
        sent_number := earlier.number;
        sent_at := earlier.created_at;
      ELSIF FOUND THEN
        outcome := 'conflict';
      ELSIF head_seq IS NULL AND EXISTS (SELECT FROM conversations WHERE id = current_id) THEN
        outcome := 'busy';
      ELSE
        outcome := 'denied';
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
