import { sql } from 'drizzle-orm'
import type { Database, Transaction } from './open'

/**
 * Runs writes that belong together. A row that somebody else holds is waited for 2 s at most: then all fails with what
 * `isLockTimeout` knows, which is answered 503.
 */
export function change<T>(db: Database, write: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`SET LOCAL lock_timeout = '2s'`)
    return write(tx)
  })
}
