import type { Timing } from '../../client/lib/timing'

export interface FakeTiming extends Timing {
  /** Lets time pass: what is due is called in order, and promises settle in between. */
  pass(ms: number): Promise<void>
  /** Waits that are not over yet. */
  readonly waiting: number
}

/** A clock that stands still until it is told to go on. `random` is 0.5 unless given. */
export function fakeTiming(start = 1_700_000_000_000, random = () => 0.5): FakeTiming {
  let now = start
  let due: { at: number; call: () => void }[] = []
  return {
    now: () => now,
    random,
    after(ms, call) {
      const wait = { at: now + ms, call }
      due.push(wait)
      return () => {
        due = due.filter((other) => other !== wait)
      }
    },
    async pass(ms) {
      const end = now + ms
      await settle()
      for (let next = earliest(); next !== undefined && next.at <= end; next = earliest()) {
        due = due.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.call()
        await settle()
      }
      now = end
    },
    get waiting() {
      return due.length
    },
  }

  function earliest() {
    return due.toSorted((a, b) => a.at - b.at)[0]
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
