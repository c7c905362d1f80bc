/** Runs at most `width` tasks at a time; the others wait in line. */
export class Limiter {
  #running = 0
  readonly #line: (() => void)[] = []

  constructor(readonly width: number) {}

  /** `first` goes to the head of the line: somebody is looking at it. */
  async run<T>(task: () => Promise<T>, order: 'first' | 'last' = 'last'): Promise<T> {
    if (this.#running >= this.width) {
      await new Promise<void>((go) => (order === 'first' ? this.#line.unshift(go) : this.#line.push(go)))
    } else this.#running++
    try {
      return await task()
    } finally {
      // A place is handed on, not given back and taken again.
      const next = this.#line.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
