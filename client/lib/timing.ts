/** What the client's clockwork runs on; tests hand in their own. */
export interface Timing {
  /** Milliseconds since 1970, of this device: for waits and labels, never for order. */
  now(): number
  /** Calls once after `ms`; the answer takes the call back. */
  after(ms: number, call: () => void): () => void
  /** In [0, 1). */
  random(): number
}

export const browserTiming: Timing = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Full jitter: anywhere between 0 and an exponentially growing limit, so that many clients spread out. */
export function fullJitter(
  timing: Timing,
  limits: { baseMs: number; capMs: number; failures: number },
): number {
  return timing.random() * Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(limits.failures, 20))
}

/** Sleeps that anybody can cut short. */
export class Naps {
  readonly #sleepers = new Set<() => void>()

  constructor(readonly timing: Timing) {}

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel()
        this.#sleepers.delete(wake)
        resolve()
      }
      const cancel = this.timing.after(ms, wake)
      this.#sleepers.add(wake)
    })
  }

  wakeAll(): void {
    for (const wake of [...this.#sleepers]) wake()
  }
}
