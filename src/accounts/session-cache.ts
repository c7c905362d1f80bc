import type { Bus } from '../live/bus'
import { sessionsChannel } from '../live/channels'
import type { Viewer } from './sessions'

/** Milliseconds that a session is taken for good without asking the database again. */
const TRUSTED_MS = 5_000
/** Sessions remembered at most: some 10 MB. */
const REMEMBERED_MAX = 20_000

interface Remembered {
  viewer: Promise<Viewer | null>
  /** On the clock of `performance.now()`. */
  askedAt: number
}

/**
 * Who is signed in, remembered for seconds: somebody at work makes several requests in a row, and a query for each
 * would cost as much as what they ask for.
 *
 * A session that ends is forgotten at once: here by whoever ends it, on the other instances when the bus tells. Where the
 * bus does not, it is taken for 5 s more at most, sooner than its sockets are closed. An outage of the bus changes
 * nothing: it must not be the moment when every request begins to ask.
 */
export class SessionCache {
  readonly #bus: Bus
  /** In the order they were asked for. */
  readonly #remembered = new Map<string, Remembered>()

  constructor(bus: Bus) {
    this.#bus = bus
    bus.onMessage((channel, sessionId) => {
      if (channel === sessionsChannel) this.#remembered.delete(sessionId)
    })
    void bus.subscribe([sessionsChannel])
  }

  /** Asks `read` unless it did a moment ago. Requests that come together share one question. */
  get(sessionId: string, read: () => Promise<Viewer | null>): Promise<Viewer | null> {
    const now = performance.now()
    const known = this.#remembered.get(sessionId)
    if (known !== undefined && now - known.askedAt < TRUSTED_MS) return known.viewer
    // From the question on: a session that ends while the answer is on its way takes the answer with it.
    const asked = { viewer: read(), askedAt: now }
    this.#remembered.delete(sessionId)
    this.#remembered.set(sessionId, asked)
    this.#trim(now)
    const forget = () => {
      if (this.#remembered.get(sessionId) === asked) this.#remembered.delete(sessionId)
    }
    asked.viewer.then((viewer) => viewer ?? forget(), forget)
    return asked.viewer
  }

  /** Its row is gone: no instance takes it any more. */
  end(sessionId: string): void {
    this.#remembered.delete(sessionId)
    this.#bus.publish(sessionsChannel, sessionId)
  }

  #trim(now: number): void {
    for (const [sessionId, { askedAt }] of this.#remembered) {
      if (now - askedAt < TRUSTED_MS && this.#remembered.size <= REMEMBERED_MAX) return
      this.#remembered.delete(sessionId)
    }
  }
}
