import { and, gt, inArray, isNull, sql } from 'drizzle-orm'
import { readConversation, readHeads } from '../conversations/queries'
import { conversations, members } from '../conversations/tables'
import type { OpenDatabase } from '../db/open'
import type { HubReaders } from '../live/readers'
import { readEvents } from './events'
import { history } from './tables'

/** Transactions in flight at the last look become visible after it: their rows carry an earlier time. */
const OVERLAP = '30 seconds'

/** What the hub and the reconciler read. */
export function createReaders({ db, sql: driver }: Pick<OpenDatabase, 'db' | 'sql'>): HubReaders {
  return {
    async epoch() {
      const [row] = await db.select({ epoch: history.epoch }).from(history)
      return there(row).epoch
    },
    heads: (userId) => readHeads({ sql: driver }, userId),
    conversation: (userId, conversationId) => readConversation({ db }, userId, conversationId),
    events: (conversationId, after, limit) => readEvents(driver, { conversationId, after, limit }),
    standings: (conversationIds) =>
      db
        .select({
          conversationId: conversations.id,
          seq: conversations.lastSeq,
          number: conversations.lastNumber,
        })
        .from(conversations)
        .where(inArray(conversations.id, conversationIds)),
    async newMemberships(since) {
      // The clock first: what is committed between the two reads is seen by this one or by the next.
      const [clock] = await db.select({ now: sql<string>`now()::text` }).from(history)
      const now = there(clock).now
      const recently = gt(members.changedAt, sql`${since ?? now}::timestamptz - ${OVERLAP}::interval`)
      const memberships = await db
        .select({ conversationId: members.conversationId, userId: members.userId })
        .from(members)
        .where(and(recently, isNull(members.leftSeq)))
      return { now, memberships }
    },
  }
}

/** `history` has one row, written by its migration. */
function there<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('the history table is empty')
  return row
}
