import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../../src/db/migrate'
import { newId } from '../../../src/lib/ids'
import type { History } from '../../../verify/history'
import type { Fault } from '../fault'
import type { RigPostgres } from '../postgres'
import { answeredOtherwise, Probe } from '../probe'
import type { World } from '../world'

const OURS = join(import.meta.dir, '../../../drizzle')
/** Rows that an index has to be built over. */
const ROWS = 400_000
/** How long somebody reads all of a table, as a backup does, while its change wants the lock. */
const READING_MS = 5_000
const AROUND_MS = 3_000

/** What the next release may bring, by the rules of docs/contributing.md. */
const next = {
  message_column: 'ALTER TABLE "messages" ADD COLUMN "rig" integer;',
  member_column: `ALTER TABLE "members" ADD COLUMN "rig" bigint DEFAULT 0 NOT NULL;`,
  conversation_column: 'ALTER TABLE "conversations" ADD COLUMN "rig" text;',
  message_index: 'CREATE INDEX CONCURRENTLY "messages_rig" ON "messages" ("sender_id", "created_at");',
  body_index: `CREATE INDEX CONCURRENTLY "messages_rig_body" ON "messages" USING gin (to_tsvector('simple', "body"));`,
}

/** A new version starts beside two of the old one and migrates, while a backup reads and everybody writes. */
export const migration: Fault = {
  id: 'F23',
  title: 'migration under load: columns and indexes of tables with 400,000 rows, while a backup reads',
  bar: 'no send > 3 s',
  async run({ postgres, random, world: create, figure, defer }) {
    const world = await create()
    await addRows(world, postgres)
    const folder = nextRelease()
    defer(async () => rmSync(folder, { recursive: true }))
    const probe = new Probe(world, random.fork('probe'))
    world.load.start(50)
    await Bun.sleep(AROUND_MS)
    world.history.phase('fault', 'a backup reads, and the database is migrated')
    const start = world.history.now()
    const reading = readAll(world, postgres)
    // Both of the new version's instances start.
    await Promise.all([migrate(world.parts.databaseUrl, folder), migrate(world.parts.databaseUrl, folder)])
    const took = world.history.now() - start
    await reading
    world.history.phase('heal', 'the database is migrated')
    await Bun.sleep(AROUND_MS)
    world.load.stop()
    const probed = await probe.stop()
    const settled = await world.settle(30_000)
    figure({ name: 'migrated in', value: took, unit: 'ms', atLeast: READING_MS })
    figure({ name: 'indexes built', value: await builtIn(world), unit: '', atLeast: 2 })
    figure({ name: 'slowest send', value: slowestSend(world.history), unit: 'ms', atMost: 3_000 })
    figure({
      name: 'slowest answer',
      value: Math.max(...probed.map(({ ms }) => ms)),
      unit: 'ms',
      atMost: 3_000,
    })
    figure({
      name: 'answered otherwise than 200',
      value: answeredOtherwise(probed, [200]),
      unit: '',
      atMost: 0,
    })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })
  },
}

/** Into a conversation of its own, which nobody looks at. */
async function addRows({ parts }: World, postgres: RigPostgres): Promise<void> {
  const admin = postgres.admin(parts.databaseUrl)
  const [owner] = parts.people
  const [id, ownerId] = [newId(), owner?.user.id ?? '']
  await admin`
    INSERT INTO conversations (id, kind, name, created_by, last_seq, last_number)
    VALUES (${id}, 'private', 'old', ${ownerId}, ${ROWS}, ${ROWS})`
  await admin`
    INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, changed_seq)
    SELECT gen_random_uuid(), ${id}, n, n, ${ownerId}, 'what was written as number ' || n, n
    FROM generate_series(1, ${ROWS}::bigint) AS n`
  await admin.end()
}

function nextRelease(): string {
  const folder = mkdtempSync(join(tmpdir(), 'confab-next-'))
  cpSync(OURS, folder, { recursive: true })
  const file = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8'))
  for (const [index, [name, statement]] of Object.entries(next).entries()) {
    const tag = `${9_000 + index}_${name}`
    const when = Date.UTC(2099, 0) + index
    journal.entries.push({ idx: 9_000 + index, version: '7', when, tag, breakpoints: true })
    writeFileSync(join(folder, `${tag}.sql`), statement)
  }
  writeFileSync(file, JSON.stringify(journal))
  return folder
}

async function readAll({ parts }: World, postgres: RigPostgres): Promise<void> {
  const admin = postgres.admin(parts.databaseUrl)
  await admin.begin('READ ONLY', async (tx) => {
    await tx`LOCK TABLE messages, members, conversations IN ACCESS SHARE MODE`
    await Bun.sleep(READING_MS)
  })
  await admin.end()
}

async function builtIn({ parts }: World): Promise<number> {
  const [row] = await parts.sql<{ count: string }[]>`
    SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relname LIKE 'messages_rig%' AND indisvalid`
  return Number(row?.count)
}

/** Milliseconds from Enter to the answer, over all that clients wrote. */
function slowestSend({ entries }: History): number {
  const answered = new Map<string, number>()
  for (const entry of entries)
    if (entry.kind === 'send' && entry.outcome === 'ok' && !answered.has(entry.id))
      answered.set(entry.id, entry.endedAt)
  return entries.reduce(
    (slowest, entry) =>
      entry.kind === 'write'
        ? Math.max(slowest, (answered.get(entry.id) ?? Number.POSITIVE_INFINITY) - entry.at)
        : slowest,
    0,
  )
}
