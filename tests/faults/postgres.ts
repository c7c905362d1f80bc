import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

  static async start({ folder = newFolder() }: PostgresOptions = {}): Promise<RigPostgres> {
    const home = { dataDir: folder, dataDirChosen: true, tell: () => {} }
    // The product makes the data, then leaves it to the rig.
    const first = await startEmbedded(home)
    const { username } = new URL(first.url)
    await first.stop()
    const port = quietPort()
    const settled = settle(home)
    const password = readFileSync(join(settled.folder, 'password'), 'utf8').trim()
    const settings = { max_connections: '200' }
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

  admin(): postgres.Sql {
    return postgres(this.url, { max: 1, onnotice: () => {} })
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
