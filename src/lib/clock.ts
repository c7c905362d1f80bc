/** The server's clock, in milliseconds: for lifetimes only. Order never depends on it. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
