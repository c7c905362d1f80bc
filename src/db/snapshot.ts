import type { Database } from './open'

/**
 * Runs reads that must agree with each other: all of them see the database as it was at the first. A check of
 * membership in here holds for what is read after it, whoever is removed meanwhile.
 */
export function snapshot<T>(db: Database, read: (tx: Database) => Promise<T>): Promise<T> {
  return db.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}
