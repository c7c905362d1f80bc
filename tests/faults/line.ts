/** Keeps so many pieces of work going at a time, and no more. */
export class Line {
  readonly #going = new Set<Promise<unknown>>()

  constructor(readonly width: number) {}

  /** Resolves when it has begun. The work must not throw. */
  async add(work: () => Promise<unknown>): Promise<void> {
    while (this.#going.size >= this.width) await Promise.race(this.#going)
    const going: Promise<unknown> = work().finally(() => this.#going.delete(going))
    this.#going.add(going)
  }

  /** Resolves when all of it is done. */
  async end(): Promise<void> {
    await Promise.all(this.#going)
  }
}
