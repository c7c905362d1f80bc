import { endedSessions } from '../accounts/sessions'
import type { Deps } from '../deps'
import type { OpenSockets } from './open-sockets'

/** With the statement's own time on top, a session that ended unheard loses its sockets within 10 s. */
const EVERY_MS = 5_000
/** Sessions asked about by one statement: 5,000 take PostgreSQL 12 ms, and 2 ms of processor time here. */
const CHUNK = 5_000

type ReaperDeps = Pick<Deps, 'sql' | 'clock' | 'logger'>
type Sockets = Pick<OpenSockets, 'sessionIds' | 'signOut'>

/**
 * Closes the sockets of sessions that ended without the bus telling: it was away, the row was deleted, its time ran out,
 * or its person was disabled. A database that is away closes nobody.
 *
 * A socket is let in by its session once, and may live for weeks.
 */
export class SessionReaper {
  readonly #deps: ReaperDeps
  readonly #sockets: Sockets
  #timer: Timer
  #running: Promise<void> = Promise.resolve()
  #closed = false

  constructor(deps: ReaperDeps, sockets: Sockets) {
    this.#deps = deps
    this.#sockets = sockets
    this.#timer = this.#schedule()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#running
  }

  /** From the end of one round, so that a slow database is never asked twice at the same time. */
  #schedule(): Timer {
    return setTimeout(() => {
      this.#running = this.#run()
    }, EVERY_MS)
  }

  async #run(): Promise<void> {
    try {
      const open = this.#sockets.sessionIds()
      for (let start = 0; start < open.length; start += CHUNK)
        this.#sockets.signOut(new Set(await endedSessions(this.#deps, open.slice(start, start + CHUNK))))
    } catch (error) {
      this.#deps.logger.warn({ error }, 'could not look for sessions that ended')
    }
    if (!this.#closed) this.#timer = this.#schedule()
  }
}
