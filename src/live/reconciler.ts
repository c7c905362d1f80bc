import type { Logger } from '../lib/logger'
import type { Bus } from './bus'
import type { Hub } from './hub'
import type { HubReaders } from './readers'

/** With the comparison's own time on top, what nobody was told (its instance died) is here within 5 s. */
const HEALTHY_MS = 4_000
const UNHEALTHY_MS = 1_000
/**
 * The bus is taken for unhealthy this much longer than it says. After an outage the instances come back one after the
 * other, and what the last ones told until then reached nobody here.
 */
const CAUTIOUS_MS = 10_000
const SWEEP_MS = 10_000
const DIGEST_MS = 30_000
/** Conversations compared by one statement. */
const CHUNK = 5_000

interface ReconcilerDeps {
  bus: Bus
  hub: Hub
  readers: HubReaders
  logger: Logger
}

/**
 * Compares what is served here with the database, every few seconds, every second while the bus is unhealthy and a while
 * longer, and at once when it comes back. This one loop repairs a crash between commit and publish, a lost or restarted
 * Redis, a half-open subscriber and a bad payload.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps
  #timer: Timer | null = null
  readonly #periodic: Timer[]
  #running: Promise<void> | null = null
  #again = false
  #closed = false
  #since: string | null = null
  /** When the bus was last seen to turn, on the clock of `performance.now()`. */
  #turned = Number.NEGATIVE_INFINITY

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps
    deps.bus.onHealth(() => {
      this.#turned = performance.now()
      void this.run()
    })
    this.#periodic = [
      setInterval(() => deps.hub.sweep(), SWEEP_MS),
      setInterval(() => deps.hub.digest(), DIGEST_MS),
    ]
    this.#schedule()
  }

  /** One comparison; a call during another one leads to one more after it. Never throws. */
  run(): Promise<void> {
    if (this.#running !== null) this.#again = true
    this.#running ??= this.#loop().finally(() => {
      this.#running = null
      this.#schedule()
    })
    return this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const timer of this.#periodic) clearInterval(timer)
    await this.#running
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#closed) return
    const calm = this.#deps.bus.healthy && performance.now() - this.#turned > CAUTIOUS_MS
    this.#timer = setTimeout(() => void this.run(), calm ? HEALTHY_MS : UNHEALTHY_MS)
  }

  async #loop(): Promise<void> {
    do {
      this.#again = false
      try {
        await this.#compareHeads()
        await this.#compareMemberships()
      } catch (error) {
        this.#deps.logger.warn({ error }, 'could not compare with the database')
      }
    } while (this.#again && !this.#closed)
  }

  async #compareHeads(): Promise<void> {
    const { hub, readers } = this.#deps
    const served = [...hub.served]
    for (let start = 0; start < served.length; start += CHUNK)
      for (const { conversationId, seq } of await readers.standings(served.slice(start, start + CHUNK)))
        hub.expect(conversationId, seq)
  }

  /** Endings are events of conversations served here; beginnings may be of conversations that nobody here follows. */
  async #compareMemberships(): Promise<void> {
    const { hub, readers } = this.#deps
    const { now, memberships } = await readers.newMemberships(this.#since)
    for (const { userId, conversationId } of memberships)
      if (hub.isOnline(userId)) await hub.welcome(userId, conversationId)
    this.#since = now
  }
}
