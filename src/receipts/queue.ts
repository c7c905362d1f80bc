import type { Sql } from '../db/open'
import { unavailable } from '../lib/errors'
import type { Logger } from '../lib/logger'
import type { Bus } from '../live/bus'
import { conversationChannel, userChannel } from '../live/channels'
import { type Cursor, type Moved, moveCursors } from './move'
import type { ReceiptEvent } from './schema'
import { tellUnread } from './tell'

interface QueueDeps {
  sql: Sql
  bus: Bus
  logger: Logger
}

/** At most one statement in this time, however many people read. */
const TICK_MS = 1_000
const BACKOFF_MAX_MS = 15_000
/** Cursors in one statement; the others wait for the next tick. */
const BATCH_MAX = 5_000
/** Cursors that may wait while the database is away; beyond, clients are asked to come again. */
const WAITING_MAX = 100_000

/**
 * Cursors on their way to the database. All that moves within a tick is one batched UPDATE, and of what one person
 * says about one conversation only the furthest counts, so a crowd that reads costs one statement a second. A reading
 * that waits here undoes no mark "unread" that was made after it: it clears up to the version that it saw when it was said.
 *
 * What waits here is lost with the process. Clients say it again: a cursor is a place, not a step.
 */
export class ReceiptQueue {
  readonly #deps: QueueDeps
  readonly #waiting = new Map<string, Cursor>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #flushing: Promise<boolean> | null = null
  #failures = 0
  /** The earliest moment of the next flush, in `performance.now()`. */
  #notBefore = 0
  #stopped = false

  constructor(deps: QueueDeps) {
    this.#deps = deps
  }

  /** Takes cursors of memberships that were checked. @throws SERVICE_UNAVAILABLE, with nothing taken, when full */
  add(cursors: readonly Cursor[]): void {
    if (this.#waiting.size + cursors.length > WAITING_MAX) throw unavailable()
    this.#keep(cursors)
    this.#schedule()
  }

  /** Writes what still waits, as long as it gets somewhere: a database that is away does not hold a shutdown up. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#flushing
    while (this.#waiting.size > 0) if (!(await this.#flush())) return
  }

  #keep(cursors: readonly Cursor[]): void {
    for (const cursor of cursors) {
      const key = `${cursor.conversationId}/${cursor.userId}`
      const held = this.#waiting.get(key)
      this.#waiting.set(key, {
        ...cursor,
        delivered: Math.max(cursor.delivered, held?.delivered ?? 0),
        read: Math.max(cursor.read, held?.read ?? 0),
        clears: Math.max(cursor.clears, held?.clears ?? 0),
      })
    }
  }

  #schedule(): void {
    if (this.#stopped || this.#timer !== null || this.#flushing !== null || this.#waiting.size === 0) return
    const delay = Math.max(0, this.#notBefore - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#flushing = this.#flush()
      void this.#flushing.finally(() => {
        this.#flushing = null
        this.#schedule()
      })
    }, delay)
  }

  /** Never throws: what could not be written waits on, for longer after each failure. False when it got nowhere. */
  async #flush(): Promise<boolean> {
    const batch = this.#take()
    this.#notBefore = performance.now() + TICK_MS
    try {
      const { moved, cleared, busy } = await moveCursors(this.#deps.sql, batch)
      this.#failures = 0
      this.#keep(busy)
      for (const cursor of moved) this.#tell(cursor)
      for (const mark of cleared) tellUnread(this.#deps.bus, { ...mark, unreadFrom: null })
      return busy.length < batch.length
    } catch (error) {
      this.#keep(batch)
      this.#failures += 1
      this.#notBefore = performance.now() + Math.min(BACKOFF_MAX_MS, TICK_MS * 2 ** this.#failures)
      this.#deps.logger.warn({ error, cursors: batch.length }, 'receipts wait for the database')
      return false
    }
  }

  #take(): Cursor[] {
    const batch: Cursor[] = []
    for (const [key, cursor] of this.#waiting) {
      if (batch.length === BATCH_MAX) break
      batch.push(cursor)
      this.#waiting.delete(key)
    }
    return batch
  }

  #tell({ audience, ...cursor }: Moved): void {
    const channel =
      audience === 'members' ? conversationChannel(cursor.conversationId) : userChannel(cursor.userId)
    const event: ReceiptEvent = { type: 'receipt', ...cursor }
    this.#deps.bus.publish(channel, JSON.stringify(event))
  }
}
