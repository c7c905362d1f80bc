import { existsSync, realpathSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { startEmbedded } from '../src/db/embedded'
import { migrate } from '../src/db/migrate'
import { cpuSeconds } from './machine'

export interface BenchDatabase {
  /** Address of a new database with the newest schema and nothing in it. */
  create(): Promise<string>
  /** CPU time of all of PostgreSQL's processes so far; NaN where it cannot be told. */
  cpu(): Promise<number>
  pid(): Promise<number>
  /** null when nobody has needed it. */
  version(): Promise<string | null>
  stop(): Promise<void>
}

/** Beside the product's own data, hence on the same disk. A folder of its own keeps two runs from measuring each other. */
const FOLDER = resolve(import.meta.dir, '../.confab/bench')

/**
 * The PostgreSQL that comes along, as the product starts it: with its default durability, so every commit waits for the
 * disk. Started on first use; its data is removed at the end.
 */
export function benchDatabase(tell: (sentence: string) => void): BenchDatabase {
  let started: ReturnType<typeof start> | null = null
  let made = 0
  const running = () => {
    started ??= start(tell)
    return started
  }
  return {
    async create() {
      const { admin, url } = await running()
      const name = `bench_${++made}`
      await admin.unsafe(`DROP DATABASE IF EXISTS ${name}`)
      await admin.unsafe(`CREATE DATABASE ${name}`)
      const created = new URL(url)
      created.pathname = name
      await migrate(created.href)
      return created.href
    },
    async cpu() {
      return cpuSeconds((await running()).pid)
    },
    async pid() {
      return (await running()).pid
    },
    async version() {
      const running = await started?.catch(() => null)
      if (!running) return null
      const [row] = await running.admin<{ server_version: string }[]>`SHOW server_version`
      return row?.server_version ?? null
    },
    async stop() {
      const running = await started?.catch(() => null)
      if (!running) return
      const { admin, database } = running
      await admin.end({ timeout: 1 })
      await database.stop()
      removeFolder()
    },
  }
}

async function start(tell: (sentence: string) => void) {
  const database = await startEmbedded({ dataDir: FOLDER, dataDirChosen: false, tell })
  const admin = postgres(database.url, { max: 1, onnotice: () => {} })
  return { database, admin, url: database.url, pid: database.pid }
}

/** The data may lie elsewhere, behind a link, if PostgreSQL's user cannot reach this checkout. */
function removeFolder(): void {
  const data = join(FOLDER, 'postgres')
  if (existsSync(data)) rmSync(realpathSync(data), { recursive: true, force: true })
  rmSync(FOLDER, { recursive: true, force: true })
}
