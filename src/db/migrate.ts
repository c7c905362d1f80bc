import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { isLockTimeout } from './failures'

const FOLDER = join(import.meta.dir, '../../drizzle')
/** 'confab' in ASCII. One of two advisory locks; the other is in `instance-lock.ts`. */
const MIGRATION_LOCK = 0x636f6e666162n
const ATTEMPTS = 20

/**
 * Brings the database at `url` to the newest schema, in one transaction. Instances that start together take turns: the
 * first migrates, the others find it done.
 *
 * A change of a table waits for its lock at most 2 s at a time, since all later statements queue behind it: better to
 * let them through and ask again than to hold up a running server's sends.
 */
export async function migrate(url: string, folder = FOLDER): Promise<void> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 5,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'confab migrate', statement_timeout: 0, client_min_messages: 'warning' },
  })
  try {
    const db = drizzle(client)
    await db.execute(sql`SET lock_timeout = '60s'`)
    await db.execute(sql`SELECT pg_advisory_lock(${MIGRATION_LOCK})`)
    await db.execute(sql`SET lock_timeout = '2s'`)
    await retryOnLockTimeout(() => runMigrations(db, { migrationsFolder: folder }))
  } finally {
    await client.end({ timeout: 5 })
  }
}

async function retryOnLockTimeout(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !isLockTimeout(error)) throw error
      await Bun.sleep(500)
    }
  }
}
