import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startEmbedded } from '../../src/db/embedded'
import { settle } from '../../src/db/embedded-home'
import { type Postmaster, startPostmaster } from '../../src/db/embedded-process'
import { migrate } from '../../src/db/migrate'
import { quietPort } from '../support/quiet-port'

interface PostgresOptions {
  /** A folder of its own, for one that is on a disk which may fill up. */
  folder?: string
  /** Where the write-ahead log goes, to be on another disk than the data. */
  logFolder?: string
  /** More of postgresql.conf, by name. */
  settings?: Record<string, string>
}

/**
 * A PostgreSQL of the rig's own, with its default durability: every commit waits for the disk. Nobody starts it again
 * but the rig.
 */
export class RigPostgres {
  readonly port: number
  /** Of its first database, as superuser. */
  readonly url: string
  readonly folder: string
  readonly #start: () => Promise<Postmaster>
  #postmaster: Postmaster | null = null
  #made = 0

  private constructor(options: {
    port: number
    url: string
    folder: string
    start: () => Promise<Postmaster>
  }) {
    this.port = options.port
    this.url = options.url
    this.folder = options.folder
    this.#start = options.start
  }

  static async start(options: PostgresOptions = {}): Promise<RigPostgres> {
    const { folder = newFolder(), logFolder } = options
    const home = { dataDir: folder, dataDirChosen: true, tell: () => {} }
    // The product makes the data, then leaves it to the rig.
    const first = await startEmbedded(home)
    const { username } = new URL(first.url)
    await first.stop()
    const port = quietPort()
    const settled = settle(home)
    const password = readFileSync(join(settled.folder, 'password'), 'utf8').trim()
    const settings = { max_connections: '200', ...options.settings }
    if (logFolder !== undefined) moveLog(settled.data, logFolder)
    const rig = new RigPostgres({
      port,
      folder,
      url: `postgres://${username}:${password}@127.0.0.1:${port}/postgres`,
      start: () => startPostmaster(settled, { port, settings }),
    })
    await rig.up()
    return rig
  }

  get pid(): number {
    if (this.#postmaster === null) throw new Error('PostgreSQL does not run')
    return this.#postmaster.pid
  }

  async up(): Promise<void> {
    this.#postmaster ??= await this.#start()
  }

  /** Ends it as an administrator would, or (`SIGKILL`) as a power cut would, its children too. */
  async down(how: 'stop' | 'SIGKILL' = 'stop'): Promise<void> {
    const postmaster = this.#postmaster
    if (postmaster === null) return
    this.#postmaster = null
    if (how === 'stop') return postmaster.stop()
    // Each backend is a leader of a session of its own; what is killed first is the one that would clean up.
    const children = await childrenOf(postmaster.pid)
    for (const pid of [postmaster.pid, ...children]) kill(pid)
    await postmaster.exited
    while (children.some(isAlive)) await Bun.sleep(5)
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    const postmaster = this.#postmaster
    await postmaster?.exited
    if (this.#postmaster === postmaster) this.#postmaster = null
  }

  /** A new database with the newest schema and nothing in it. */
  async create(): Promise<string> {
    const name = `faults_${++this.#made}`
    const admin = this.admin()
    await admin.unsafe(`CREATE DATABASE ${name}`)
    await admin.end()
    const url = new URL(this.url)
    url.pathname = name
    await migrate(url.href)
    return url.href
  }

  /** A connection of its own, to this database or the first. */
  admin(url = this.url): postgres.Sql {
    return postgres(url, { max: 1, onnotice: () => {} })
  }

  async remove(): Promise<void> {
    await this.down()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'confab-faults-'))
  // As root, PostgreSQL runs as somebody else and has to get in.
  chmodSync(folder, 0o711)
  return folder
}

/** While it is stopped. As root the files keep their owner, who is another user. */
function moveLog(data: string, folder: string): void {
  const [from, to] = [join(data, 'pg_wal'), join(folder, 'pg_wal')]
  cpSync(from, to, { recursive: true })
  const { uid, gid } = statSync(from)
  for (const path of [to, ...readdirSync(to, { recursive: true }).map((name) => join(to, String(name)))])
    chownSync(path, uid, gid)
  chmodSync(to, 0o700)
  rmSync(from, { recursive: true })
  symlinkSync(to, from)
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await Bun.file(`/proc/${pid}/task/${pid}/children`).text()
  return text.trim().split(' ').filter(Boolean).map(Number)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was gone already.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
