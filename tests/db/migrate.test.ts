import { expect, test } from 'bun:test'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrate } from '../../src/db/migrate'
import { testDatabase, testFolder } from '../support/postgres'
import { until } from '../support/until'

const OURS = join(import.meta.dir, '../../drizzle')
const SLOW = 30_000

test('a migrated database is left as it is, also by instances that start together', async () => {
  const url = await testDatabase()
  const sql = postgres(url, { max: 1 })
  const before = await sql`SELECT * FROM drizzle.__drizzle_migrations`
  await Promise.all([migrate(url), migrate(url), migrate(url)])
  expect(await sql`SELECT * FROM drizzle.__drizzle_migrations`).toEqual(before)
  await sql.end()
})

test(
  'a change that has to wait for its table lets writers through, and comes again',
  async () => {
    const url = await testDatabase()
    const sql = postgres(url, { max: 3 })
    const held = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const backup = sql.begin(async (tx) => {
      await tx`LOCK TABLE messages IN ACCESS SHARE MODE`
      held.resolve()
      await release.promise
    })
    await held.promise
    const migrating = migrate(url, withFile('column', 'ALTER TABLE messages ADD COLUMN extra text'))
    await until(() => waitsForLock(sql))
    await sql.begin((tx) => tx`LOCK TABLE messages IN ROW EXCLUSIVE MODE`)
    release.resolve()
    await Promise.all([backup, migrating])
    expect(await sql`SELECT extra FROM messages`).toHaveLength(0)
    await sql.end()
  },
  SLOW,
)

test(
  'an index is built beside writers and readers, by one of those who start together, also after a build that was cut short',
  async () => {
    const url = await testDatabase()
    const sql = postgres(url, { max: 3, onnotice: () => {} })
    // What such a build leaves behind has the name and is of no use.
    await sql`CREATE INDEX messages_extra ON messages (body)`
    const folder = withFile(
      'index',
      '-- Why it is there.\nCREATE INDEX CONCURRENTLY "messages_extra" ON "messages" ("sender_id");',
    )
    const release = Promise.withResolvers<void>()
    const writing = sql.begin(async (tx) => {
      await tx`LOCK TABLE messages IN ROW EXCLUSIVE MODE`
      await release.promise
    })
    const migrating = Promise.all([migrate(url, folder), migrate(url, folder)])
    await until(() => waitsForLock(sql))
    await sql.begin((tx) => tx`LOCK TABLE messages IN ROW EXCLUSIVE MODE`)
    release.resolve()
    await Promise.all([writing, migrating])
    const [index] = await sql`
      SELECT indisvalid AS valid, pg_get_indexdef(indexrelid) AS definition FROM pg_index
      WHERE indexrelid = 'messages_extra'::regclass`
    expect(index).toEqual({
      valid: true,
      definition: 'CREATE INDEX messages_extra ON public.messages USING btree (sender_id)',
    })
    await sql.end()
  },
  SLOW,
)

test('no migration after the first holds a table with rows for long', () => {
  const slow = tagsIn(OURS)
    .slice(1)
    .flatMap((tag) =>
      slowIn(readFileSync(join(OURS, `${tag}.sql`), 'utf8')).map((found) => `${tag}: ${found}`),
    )
  expect(slow).toEqual([])
})

test('an index built beside nobody is noticed, unless its table is new', () => {
  const index = 'CREATE INDEX "messages_extra" ON "messages" USING btree ("sender_id");'
  expect(slowIn(`-- Why.\n${index}`)).toEqual([index])
  expect(slowIn(`CREATE TABLE "messages" ();\n--> statement-breakpoint\n${index}`)).toEqual([])
})

function slowIn(file: string): string[] {
  const made = new Set(
    [...file.matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?"?(\w+)/gi)].map(([, name]) => name),
  )
  return file
    .split('--> statement-breakpoint')
    .map((statement) => statement.replaceAll(/^\s*--.*$/gm, '').trim())
    .filter((statement) => takesLong.some((pattern) => pattern.test(statement)))
    .filter((statement) => !made.has(/\b(?:ALTER TABLE|ON) (?:ONLY )?"?(\w+)/i.exec(statement)?.[1]))
}

/** They read or write all rows under a lock that keeps writers out. Each has a way that does not: docs/contributing.md. */
const takesLong = [
  /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)/i,
  /^DROP INDEX (?!CONCURRENTLY)/i,
  /\bSET NOT NULL\b/i,
  /\bALTER COLUMN \S+ (?:SET DATA )?TYPE\b/i,
  /\bADD (?:CONSTRAINT \S+ )?(?:FOREIGN KEY|CHECK|UNIQUE|PRIMARY KEY)\b(?!.*NOT VALID)/is,
]

/** Our migrations and one more. */
function withFile(name: string, statements: string): string {
  const folder = testFolder()
  cpSync(OURS, folder, { recursive: true })
  const file = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8'))
  const tag = `9999_${name}`
  journal.entries.push({ idx: 9999, version: '7', when: Date.UTC(2099, 0), tag, breakpoints: true })
  writeFileSync(file, JSON.stringify(journal))
  writeFileSync(join(folder, `${tag}.sql`), statements)
  return folder
}

function tagsIn(folder: string): string[] {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8'))
  return journal.entries.map(({ tag }: { tag: string }) => tag)
}

async function waitsForLock(sql: postgres.Sql): Promise<boolean> {
  const waiting = await sql`
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'confab migrate' AND wait_event_type = 'Lock'`
  return waiting.length > 0
}
