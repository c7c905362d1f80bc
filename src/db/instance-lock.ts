import { StartError } from '../lib/start-error'
import { connect } from './connect'

/** 'confab' in ASCII, plus one. One of two advisory locks; the other is in `migrate.ts`. */
const INSTANCE_LOCK = 0x636f6e666163n
const PATIENCE_MS = 10_000
const BEAT_MS = 2_000
const RETRY_MS = 250

export interface InstanceLock {
  /** False while the database is away, and after it came back until the lock is ours again: not ready meanwhile. */
  readonly held: boolean
  release(): Promise<void>
}

export interface InstanceLockOptions {
  /** Whether instances share a bus, and so the database. Without one this instance must be the only one. */
  shared: boolean
  /** Milliseconds for which it is tried. */
  patience?: number
  /** Told when the lock is lost and when it is back. */
  tell: (sentence: string) => void
}

/**
 * Takes the database for this instance: alone, or together with others that share a bus. Two instances without a bus
 * would each show only half of what is said.
 *
 * It is PostgreSQL's advisory lock of one session, on a connection of its own; who loses the connection loses the lock
 * and takes it again. At start it is tried for 10 s, for the one before may be just stopping.
 *
 * @throws StartError when another instance keeps it
 */
export async function takeInstanceLock(url: string, options: InstanceLockOptions): Promise<InstanceLock> {
  const { shared, patience = PATIENCE_MS, tell } = options
  let held = false
  let released = false
  let wake = () => {}
  const sql = connect(url, {
    max: 1,
    // The driver would close the connection now and then, and the lock with it.
    max_lifetime: null,
    connection: { application_name: 'confab instance' },
    onclose: () => {
      if (held && !released) tell('The connection that holds the instance lock was lost.')
      held = false
      wake()
    },
  })

  /** Asking again for what the session has costs nothing: the lock goes with the session, however often it was taken. */
  async function take(): Promise<boolean> {
    const [row] = shared
      ? await sql<
          { held: boolean }[]
        >`SELECT pg_try_advisory_lock_shared(${String(INSTANCE_LOCK)}::bigint) AS held`
      : await sql<{ held: boolean }[]>`SELECT pg_try_advisory_lock(${String(INSTANCE_LOCK)}::bigint) AS held`
    return row?.held === true
  }
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function keep(): Promise<void> {
    while (!released) {
      await pause(held ? BEAT_MS : RETRY_MS)
      if (released) return
      const before = held
      held = await take().catch(() => false)
      if (held && !before) tell('The instance lock is held again.')
    }
  }

  const deadline = performance.now() + patience
  for (held = await take(); !held; held = await take()) {
    if (performance.now() > deadline) {
      await sql.end({ timeout: 1 })
      throw new StartError(shared ? BUSLESS_OTHER : BUSLESS_HERE)
    }
    await Bun.sleep(RETRY_MS)
  }
  const keeping = keep()
  return {
    get held() {
      return held
    },
    async release() {
      released = true
      wake()
      await keeping
      await sql.end({ timeout: 1 })
    },
  }
}

const BUSLESS_HERE =
  'Another Confab is running on this database, and without a bus only one may: stop the other one, or set the same REDIS_URL for both.'
const BUSLESS_OTHER =
  'A Confab without REDIS_URL is running on this database: stop it, or set the same REDIS_URL for both.'
