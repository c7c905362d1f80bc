export interface AdmissionLimits {
  /** Upgrades and attachments in progress at once. */
  active: number
  /** Those that may wait for their turn. */
  waiting: number
}

/**
 * Opening a socket costs half a millisecond of this process and several reads. When thousands come back at once their
 * openings must not stand before everybody's sends, so few are worked on at a time, and when many wait already an upgrade
 * is refused before it happens: its client comes again, later and spread out.
 *
 * Sockets that were let in are attached first. They are never refused: their cost is spent.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #upgrades: (() => void)[] = []
  readonly #attachments: (() => void)[] = []
  #active = 0
  /** Nobody is let in any more. */
  closed = false

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** Whether another upgrade may begin or wait. */
  get admits(): boolean {
    return !this.closed && this.#upgrades.length + this.#attachments.length < this.#limits.waiting
  }

  upgrade<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(this.#upgrades, work)
  }

  attach<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(this.#attachments, work)
  }

  async #run<T>(queue: (() => void)[], work: () => Promise<T>): Promise<T> {
    // Who leaves hands the place on, so it is counted once and nobody overtakes.
    if (this.#active < this.#limits.active) this.#active += 1
    else await new Promise<void>((turn) => queue.push(turn))
    try {
      return await work()
    } finally {
      const next = this.#attachments.shift() ?? this.#upgrades.shift()
      if (next === undefined) this.#active -= 1
      else next()
    }
  }
}
