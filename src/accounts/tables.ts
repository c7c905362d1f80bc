import { sql } from 'drizzle-orm'
import { index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, time } from '../db/columns'
import type { ServerRole } from './schema'

export const users = pgTable(
  'users',
  {
    id: id().primaryKey(),
    username: text('username').notNull(),
    displayName: text('display_name').notNull(),
    role: text('role').$type<ServerRole>().notNull(),
    passwordHash: text('password_hash').notNull(),
    createdAt: time('created_at').notNull().default(sql`now()`),
    disabledAt: time('disabled_at'),
  },
  (table) => [uniqueIndex('users_username').on(sql`lower(${table.username})`)],
)

/** What everybody on this server may see of a user (`Person`), to select. */
export const personColumns = { id: users.id, username: users.username, displayName: users.displayName }

/** Lucia's table. Its id is the SHA-256 of the cookie's token, so a copy of the database signs nobody in. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: id('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: timestamp('expires_at', { withTimezone: true, mode: 'date' }).notNull(),
    createdAt: time('created_at').notNull().default(sql`now()`),
  },
  (table) => [index('sessions_user').on(table.userId)],
)

/** A link that lets `usesLeft` more people sign up. Only the token's SHA-256 is kept. */
export const invites = pgTable('invites', {
  tokenHash: text('token_hash').primaryKey(),
  createdBy: id('created_by')
    .notNull()
    .references(() => users.id),
  usesLeft: integer('uses_left').notNull(),
  expiresAt: time('expires_at').notNull(),
  createdAt: time('created_at').notNull().default(sql`now()`),
})
