/** A stream of numbers that depends on nothing but its seed: mulberry32, public domain, by Tommy Ettinger. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to `below - 1`. */
  below(below: number): number {
    return Math.floor(this.next() * below)
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  /** Some of them, none twice, in an order of chance. */
  sample<T>(items: readonly T[], count: number): T[] {
    const rest = [...items]
    return Array.from({ length: Math.min(count, rest.length) }, () =>
      rest.splice(this.below(rest.length), 1),
    ).flat()
  }

  /** A stream of its own for one part of a run, so that parts do not depend on each other's use of chance. */
  fork(name: string): Random {
    return new Random(Number(Bun.hash.xxHash32(name, this.#state)))
  }
}
