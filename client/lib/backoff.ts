import { fullJitter, type Timing } from './timing'

const BASE_MS = 1_000
const CAP_MS = 15_000
/**
 * A socket that lived shorter than this did not end the trouble, so its successor goes on where the last one was. Longer,
 * and instances that are replaced one after the other, each ten seconds, would drive everybody up to the longest wait.
 */
const STEADY_MS = 5_000

/**
 * How long to wait before the next socket is opened. tRPC's own counter starts again at every open, which makes a
 * server that accepts and drops be called without pause.
 */
export class Backoff {
  #failures = -1
  #openedAt: number | null = null

  constructor(readonly timing: Timing) {}

  /** Opens that failed since the last one that held: 0 when all is well. */
  get failures(): number {
    return Math.max(0, this.#failures)
  }

  /** In milliseconds; 0 for the very first. */
  nextDelay(): number {
    const failures = this.#failures++
    return failures < 0 ? 0 : fullJitter(this.timing, { baseMs: BASE_MS, capMs: CAP_MS, failures })
  }

  opened(): void {
    this.#openedAt = this.timing.now()
  }

  closed(): void {
    if (this.#openedAt !== null && this.timing.now() - this.#openedAt >= STEADY_MS) this.#failures = 0
    this.#openedAt = null
  }
}
