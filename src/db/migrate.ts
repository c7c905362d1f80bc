import { join } from 'node:path'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { isLockTimeout } from './failures'

const FOLDER = join(import.meta.dir, '../../drizzle')
/** 'confab' in ASCII. One of two advisory locks; the other is in `instance-lock.ts`. */
const MIGRATION_LOCK = 0x636f6e666162n
const TURN_MS = 60_000
const TURN_RETRY_MS = 250
/** Less than PostgreSQL's `deadlock_timeout` of 1 s: of a migration and a send in each other's way, the send wins. */
const LOCK_MS = 800
const LOCK_RETRY_MS = 1_000
const LOCK_TRIES = 30

/**
 * Brings the database at `url` to the newest schema, each file of `folder` in a transaction of its own. Instances that start
 * together take turns: the first migrates, the others find it done.
 *
 * Meanwhile instances of the version before go on. A change of a table waits for its lock at most 0.8 s at a time, since all
 * later statements queue behind it: better to let them through and ask again than to hold up a running server's sends. An
 * index of a table that has rows is built CONCURRENTLY, which holds up nobody and goes in no transaction.
 */
export async function migrate(url: string, folder = FOLDER): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'confab migrate', statement_timeout: 0, client_min_messages: 'warning' },
  })
  try {
    await takeTurn(sql)
    for (const migration of await pending(sql, folder)) {
      if (migration.sql.some(isConcurrent)) await runAlone(sql, migration)
      else await runTogether(sql, migration)
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/**
 * The lock is the session's, so it goes with the connection. It is asked for again and again, not waited for: a statement that
 * waits has a snapshot, and building an index concurrently waits for the end of all snapshots, its own rivals' too.
 */
async function takeTurn(sql: postgres.Sql): Promise<void> {
  const deadline = performance.now() + TURN_MS
  for (;;) {
    const [row] = await sql<{ taken: boolean }[]>`
      SELECT pg_try_advisory_lock(${String(MIGRATION_LOCK)}::bigint) AS taken`
    if (row?.taken === true) return
    if (performance.now() > deadline) throw new Error('another instance has been migrating for a minute')
    await Bun.sleep(TURN_RETRY_MS)
  }
}

/** Those newer than the newest that ran, as drizzle-kit's own migrator reckons, in its own table. */
async function pending(sql: postgres.Sql, folder: string): Promise<MigrationMeta[]> {
  await sql`CREATE SCHEMA IF NOT EXISTS drizzle`
  await sql`
    CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`
  const [last] = await sql<
    { at: string | null }[]
  >`SELECT max(created_at) AS at FROM drizzle.__drizzle_migrations`
  const newest = Number(last?.at ?? 0)
  return readMigrationFiles({ migrationsFolder: folder }).filter(({ folderMillis }) => folderMillis > newest)
}

async function runTogether(sql: postgres.Sql, migration: MigrationMeta): Promise<void> {
  for (let left = LOCK_TRIES - 1; ; left--) {
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(`SET LOCAL lock_timeout = ${LOCK_MS}`)
        for (const statement of migration.sql) await tx.unsafe(statement)
        await note(tx, migration)
      })
      return
    } catch (error) {
      if (left === 0 || !isLockTimeout(error)) throw error
      await Bun.sleep(LOCK_RETRY_MS)
    }
  }
}

/** One by one, to the end of the file or not: what is begun again must find nothing half done. */
async function runAlone(sql: postgres.Sql, migration: MigrationMeta): Promise<void> {
  for (const statement of migration.sql) {
    // One that was cut short has left its name behind, on an index that is never used.
    const built = BUILT.exec(bare(statement))?.[1]
    if (built !== undefined) await sql.unsafe(`DROP INDEX CONCURRENTLY IF EXISTS ${built}`)
    await sql.unsafe(statement)
  }
  await note(sql, migration)
}

async function note(sql: postgres.ISql, { hash, folderMillis }: MigrationMeta): Promise<void> {
  await sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${folderMillis})`
}

const BUILT = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?("[^"]+"|\w+)/i

function isConcurrent(statement: string): boolean {
  return /^(?:CREATE (?:UNIQUE )?|DROP )INDEX CONCURRENTLY\b/i.test(bare(statement))
}

/** Without the comments before it. */
function bare(statement: string): string {
  return statement.replace(/^(?:\s*--.*\n)*\s*/, '')
}
