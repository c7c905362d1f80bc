import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { users } from '../accounts/tables'
import { id, place, time } from '../db/columns'
import type { ConversationKind, MemberRole } from './schema'

export const conversations = pgTable(
  'conversations',
  {
    id: id().primaryKey(),
    kind: text('kind').$type<ConversationKind>().notNull(),
    name: text('name'),
    /** SHA-256 over the sorted members of a direct conversation: exactly one for each set of people. */
    directKey: text('direct_key'),
    createdBy: id('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: time('created_at').notNull().default(sql`now()`),
    lastSeq: place('last_seq').notNull().default(0),
    lastNumber: place('last_number').notNull().default(0),
    lastMessageAt: time('last_message_at'),
  },
  (table) => [
    uniqueIndex('conversations_direct_key').on(table.directKey),
    index('conversations_public').on(table.name).where(sql`kind = 'public'`),
  ],
)

/** Who is or was in a conversation. A row stays when its person leaves: `left_seq` says so. */
export const members = pgTable(
  'members',
  {
    conversationId: id('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    userId: id('user_id')
      .notNull()
      .references(() => users.id),
    role: text('role').$type<MemberRole>().notNull(),
    joinedSeq: place('joined_seq').notNull(),
    leftSeq: place('left_seq'),
    deliveredSeq: place('delivered_seq').notNull().default(0),
    readSeq: place('read_seq').notNull().default(0),
    readNumber: place('read_number').notNull().default(0),
    /** The number from which on all is unread again, for this person alone: "mark unread" sets it, any reading clears it. */
    unreadFrom: place('unread_from'),
    /** Rises with every change of `unread_from`, so that of two reports the newer is known. See `VERSIONS_PER_SEQ`. */
    unreadVersion: place('unread_version').notNull().default(0),
    /** When the membership last began or ended: the reconciler's way to news that the bus lost. */
    changedAt: time('changed_at').notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.userId] }),
    // Not partial: while the table was never analysed, the planner takes `left_seq IS NULL` for nearly nothing.
    index('members_user').on(table.userId),
    index('members_changed').on(table.changedAt),
    index('members_present').on(table.conversationId).where(sql`left_seq IS NULL`),
  ],
)

export type EventKind = 'created' | 'joined' | 'left' | 'role' | 'renamed' | 'sent' | 'edited' | 'deleted'

/**
 * The log of each conversation: dense from 1. It holds no text, so deleting a message removes its text from one
 * place. `number` is the newest message's number at this seq, which turns a cursor's seq into a count in one look-up.
 */
export const events = pgTable(
  'events',
  {
    conversationId: id('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    seq: place('seq').notNull(),
    number: place('number').notNull(),
    kind: text('kind').$type<EventKind>().notNull(),
    actorId: id('actor_id').notNull(),
    /** The message or the member it is about; null when it is about the conversation. */
    subjectId: id('subject_id'),
    at: time('at').notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.seq] }),
    // For a page of history, which tells who came and went in between: else all its sends are read for nothing.
    index('events_about')
      .on(table.conversationId, table.seq)
      .where(sql`kind NOT IN ('sent', 'edited', 'deleted')`),
  ],
)
