import { sql } from 'drizzle-orm'
import { pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { users } from '../accounts/tables'
import { conversations } from '../conversations/tables'
import { id, place, time } from '../db/columns'

export const messages = pgTable(
  'messages',
  {
    /** Made by the client: what makes a send safe to repeat, for ever. */
    id: id().primaryKey(),
    conversationId: id('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    seq: place('seq').notNull(),
    number: place('number').notNull(),
    senderId: id('sender_id')
      .notNull()
      .references(() => users.id),
    body: text('body').notNull(),
    createdAt: time('created_at').notNull().default(sql`now()`),
    editedAt: time('edited_at'),
    deletedAt: time('deleted_at'),
    changedSeq: place('changed_seq').notNull(),
  },
  (table) => [uniqueIndex('messages_number').on(table.conversationId, table.number)],
)
