import type { LogEvent } from '../sync/schema'

/** How long a missing event may take to come by itself: what two bus messages overtaking each other need. */
const HOLE_GRACE_MS = 50
/** Events kept while an earlier one is missing. Beyond it they are read from the database instead. */
const EARLY_MAX = 1_000
export const FILL_PAGE = 200

interface Options {
  /** Called once for each seq, in order. */
  dispatch: (event: LogEvent, payload: string) => void
  /** Events after `after` from the database, in order, at most FILL_PAGE. */
  read: (after: number) => Promise<LogEvent[]>
  onError: (error: unknown) => void
}

/**
 * Puts one conversation's events in order. An event with the expected seq is dispatched, a lower one dropped, a higher
 * one kept for a moment; what then still misses is read from the database.
 */
export class Sequencer {
  /** The next seq to dispatch; null until the head is known. */
  #next: number | null = null
  readonly #early = new Map<number, { event: LogEvent; payload: string }>()
  #expected = 0
  #timer: Timer | null = null
  #filling = false
  #closed = false
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** The newest seq dispatched or skipped; null until `start`. */
  get head(): number | null {
    return this.#next === null ? null : this.#next - 1
  }

  /** Everything up to `head` is somebody else's to fetch; what came early and lies beyond it is dispatched. */
  start(head: number): void {
    if (this.#next !== null) return
    this.#next = head + 1
    this.#drain()
  }

  offer(event: LogEvent, payload: string): void {
    const { seq } = event
    if (this.#next !== null && seq < this.#next) return
    if (seq === this.#next && this.#early.size === 0) {
      this.#next = seq + 1
      this.#options.dispatch(event, payload)
      return
    }
    if (this.#early.size < EARLY_MAX) this.#early.set(seq, { event, payload })
    this.#expected = Math.max(this.#expected, seq)
    this.#drain()
  }

  /** Somebody saw this head in the database. It may well be on its way: it gets the same grace as a hole. */
  expect(head: number): void {
    this.#expected = Math.max(this.#expected, head)
    this.#watch()
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#early.clear()
  }

  #drain(): void {
    if (this.#next === null) return
    for (let entry = this.#early.get(this.#next); entry !== undefined; entry = this.#early.get(this.#next)) {
      this.#early.delete(this.#next)
      this.#next += 1
      this.#options.dispatch(entry.event, entry.payload)
    }
    for (const seq of this.#early.keys()) if (seq < this.#next) this.#early.delete(seq)
    this.#watch()
  }

  #behind(): boolean {
    return this.#next !== null && this.#expected >= this.#next
  }

  #watch(): void {
    if (this.#closed || this.#timer !== null || this.#filling || !this.#behind()) return
    const awaited = this.#next
    this.#timer = setTimeout(() => {
      this.#timer = null
      // Only what was missing then and is missing still is lost; a busy conversation is always a little behind.
      if (this.#next === awaited) void this.#fill()
      else this.#watch()
    }, HOLE_GRACE_MS)
  }

  async #fill(): Promise<void> {
    if (this.#filling || this.#closed || this.#next === null) return
    this.#filling = true
    try {
      while (!this.#closed && this.#behind()) {
        const expected = this.#expected
        const events = await this.#options.read(this.#next - 1)
        for (const event of events) this.#place(event)
        this.#drain()
        // The database has no more, and nothing was told meanwhile: whoever named a higher head was mistaken.
        if (events.length === 0 && this.#expected === expected) this.#expected = this.#next - 1
      }
    } catch (error) {
      this.#options.onError(error)
    } finally {
      this.#filling = false
    }
  }

  #place(event: LogEvent): void {
    if (this.#closed || event.seq !== this.#next) return
    this.#early.delete(event.seq)
    this.#next = event.seq + 1
    this.#options.dispatch(event, JSON.stringify(event))
  }
}
