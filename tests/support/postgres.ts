import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startEmbedded } from '../../src/db/embedded'
import { settle } from '../../src/db/embedded-home'
import { stopOrphan } from '../../src/db/embedded-process'
import { lockFolder } from '../../src/db/folder-lock'
import { migrate } from '../../src/db/migrate'
import { atEnd } from './at-end'

/**
 * The address of a new database with the newest schema and nothing in it, on the one PostgreSQL of this run of the tests: a
 * copy of a migrated template, so it costs milliseconds.
 */
export async function testDatabase(): Promise<string> {
  const { admin, url } = await startPostgres()
  const name = `test_${++made}`
  await admin.unsafe(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`)
  return databaseUrl(url, name)
}

/** The one PostgreSQL of this run: whoever asks first starts it. */
export function startPostgres(): ReturnType<typeof start> {
  running ??= start()
  return running
}

/** A folder for one test, whose PostgreSQL is stopped and whose files are removed at the end, or by a later run. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  // As root, PostgreSQL runs as somebody else and has to get in.
  chmodSync(folder, 0o711)
  atEnd(() => removeFolder(folder))
  return folder
}

const PREFIX = 'confab-test-'
const LOCKED = 'postgres/lock.pid'
const TEMPLATE = 'confab_template'
let running: ReturnType<typeof start> | null = null
let made = 0

/** Data of tests may be lost in a crash, so nothing waits for the disk. */
const HASTY = { fsync: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '64MB' }

async function start() {
  const { url, stop } = await server()
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  atEnd(async () => {
    await admin.end({ timeout: 1 })
    await stop()
  })
  await admin.unsafe(`CREATE DATABASE ${TEMPLATE}`)
  await migrate(databaseUrl(url, TEMPLATE))
  return { admin, url }
}

/** The embedded one; or, to test on another version, the one at `TEST_DATABASE_URL`, which must be new and ours alone. */
async function server(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL
  if (given !== undefined) return { url: given, stop: async () => {} }
  await removeLeftovers()
  const dataDir = testFolder()
  return startEmbedded({ dataDir, dataDirChosen: true, tell: console.warn, settings: HASTY })
}

function databaseUrl(url: string, name: string): string {
  const copy = new URL(url)
  copy.pathname = name
  return copy.href
}

/** Of runs that were killed. A run that still lives holds the lock of its folder. */
async function removeLeftovers(): Promise<void> {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX))
  // Its lock is noted there as soon as it is held: a folder without one may be another run's that is just beginning.
  for (const folder of folders)
    if (existsSync(join(tmpdir(), folder, LOCKED))) await removeFolder(join(tmpdir(), folder))
}

async function removeFolder(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, LOCKED))) {
    const home = settle({ dataDir, dataDirChosen: true, tell: console.warn })
    try {
      const unlock = lockFolder(home.folder)
      await stopOrphan(home)
      unlock()
    } catch {
      return
    }
  }
  rmSync(dataDir, { recursive: true, force: true })
}
