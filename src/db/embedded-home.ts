import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../lib/start-error'
import { findPrograms, type Programs } from './embedded-programs'
import { blockedAt, postgresUser, type SystemUser } from './embedded-user'

/** Where an embedded PostgreSQL lives: its programs, its folder, and whom it runs as (null: as this process). */
export interface Home {
  /** Holds `initdb` and `postgres`. */
  bin: string
  /** Holds the data, the password, the port and the log. */
  folder: string
  data: string
  user: SystemUser | null
}

export interface HomeOptions {
  /** The folder of all that Confab keeps. */
  dataDir: string
  /** The operator named `dataDir`: PostgreSQL's data is there or nowhere. */
  dataDirChosen: boolean
  /** Told, in a sentence, what the operator should know. */
  tell: (sentence: string) => void
}

const SHARED = '/var/lib/confab'

/**
 * Finds or makes the home. Only root has a choice to make: PostgreSQL then runs as another user, who may have no way into
 * a private checkout (/root/confab). Programs and data then go to /var/lib/confab, and a link in `dataDir` leads there.
 *
 * @throws StartError when there is no place that PostgreSQL can reach
 */
export function settle(options: HomeOptions): Home {
  const { dataDir } = options
  if (!existsSync(dataDir)) {
    mkdirSync(dataDir, { recursive: true })
    chmodSync(dataDir, 0o711)
  }
  const link = join(dataDir, 'postgres')
  const programs = findPrograms()
  const user = postgresUser(ownerOf(join(link, 'data')))
  if (user === null) {
    mkdirSync(link, { recursive: true })
    return home(programs.folder, realpathSync(link), null)
  }
  const folder = reachableFolder(link, user, options)
  return home(reachablePrograms(programs, user, options), folder, user)
}

function home(programs: string, folder: string, user: SystemUser | null): Home {
  return { bin: join(programs, 'bin'), folder, data: join(folder, 'data'), user }
}

function reachableFolder(link: string, user: SystemUser, options: HomeOptions): string {
  const isNew = !existsSync(link)
  // A link into a folder that was taken away is as good as none.
  if (isNew) {
    rmSync(link, { force: true })
    mkdirSync(link)
    chmodSync(link, 0o711)
  }
  const folder = realpathSync(link)
  const blocked = blockedAt(folder, user)
  if (blocked === null) return folder
  if (options.dataDirChosen || existsSync(join(folder, 'data')))
    throw new StartError(
      `PostgreSQL runs as the user ${user.name} when Confab is started as root, and ${blocked}, on the way to its data in ${folder}, is closed to that user: open it (chmod o+x ${blocked}), name another folder in CONFAB_DATA, or start Confab as a plain user.`,
    )
  const elsewhere = join(sharedFolder(options.dataDir), 'postgres')
  mkdirSync(elsewhere, { recursive: true, mode: 0o711 })
  rmSync(link, { recursive: true })
  symlinkSync(elsewhere, link)
  options.tell(`${blocked} is closed to the user ${user.name}, so the database lives in ${elsewhere}.`)
  return elsewhere
}

function reachablePrograms(programs: Programs, user: SystemUser, { dataDir, tell }: HomeOptions): string {
  const original = realpathSync(programs.folder)
  const blocked = blockedAt(join(original, 'bin/postgres'), user)
  if (blocked === null) return original
  const copy = join(sharedFolder(dataDir), `programs-${programs.version}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.${process.pid}`
  cpSync(original, draft, { recursive: true, verbatimSymlinks: true })
  openToAll(draft)
  renameSync(draft, copy)
  tell(`${blocked} is closed to the user ${user.name}, so PostgreSQL's programs were copied to ${copy}.`)
  return copy
}

function sharedFolder(dataDir: string): string {
  const hash = new Bun.CryptoHasher('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const folder = join(SHARED, hash)
  mkdirSync(folder, { recursive: true })
  for (const path of [SHARED, folder]) chmodSync(path, 0o755)
  return folder
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

function ownerOf(path: string): { uid: number; gid: number } | null {
  if (!existsSync(path)) return null
  const { uid, gid } = statSync(path)
  return { uid, gid }
}
