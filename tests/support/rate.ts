const TICK_MS = 50

/** @returns how many of the bytes it may send it has sent; what it has left it queues for again */
interface Sender {
  spend(bytes: number): number
}

/** A limit that those who send share: each waits for its turn, and may then send what got through since the last one. */
export class Rate {
  readonly #bytesPerSecond: number
  #line: Sender[] = []
  #timer: Timer | null = null
  #at = performance.now()

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  queue(sender: Sender): void {
    if (!this.#line.includes(sender)) this.#line.push(sender)
    this.#timer ??= setTimeout(() => this.#tick(), TICK_MS)
  }

  #tick(): void {
    this.#timer = null
    const now = performance.now()
    // Unused room does not pile up.
    const earned = (Math.min(now - this.#at, 2 * TICK_MS) * this.#bytesPerSecond) / 1000
    this.#at = now
    const line = this.#line
    this.#line = []
    let rest = Math.floor(earned)
    for (let next = line[0]; next !== undefined && rest > 0; next = line[0]) {
      line.shift()
      rest -= next.spend(rest)
    }
    // Whoever got nothing comes before those who want more.
    const again = this.#line
    this.#line = []
    for (const sender of [...line, ...again]) this.queue(sender)
  }
}
