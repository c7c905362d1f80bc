/** Precedes the time of sending, in microseconds of this process's clock, in what is sent. */
const STAMP = 'sent@'
const DIGITS = 12

/** Text that tells the audience when it was sent. Always of the same length. */
export function stamp(): string {
  return STAMP + String(Math.round(performance.now() * 1_000)).padStart(DIGITS, '0')
}

/** The same text, sent now. */
export function restamp(text: string): string {
  const at = text.indexOf(STAMP)
  return text.slice(0, at) + stamp() + text.slice(at + STAMP.length + DIGITS)
}

/** Everybody who listens to one server: counts what arrives, and how long it took. */
export class Audience {
  delivered = 0
  /** Milliseconds from sending to delivery. */
  delays: number[] = []
  /** What arrived last. */
  text = ''
  #wake: (() => void) | null = null
  #awaited = Number.POSITIVE_INFINITY

  constructor(readonly size: number) {}

  readonly hear = (text: string): void => {
    const at = text.indexOf(STAMP)
    if (at === -1) return
    const start = at + STAMP.length
    this.delays.push(performance.now() - Number(text.slice(start, start + DIGITS)) / 1_000)
    this.delivered += 1
    this.text = text
    if (this.delivered >= this.#awaited) this.#wake?.()
  }

  /** @returns false when that many deliveries have not been seen in time */
  async heard(deliveries: number, withinMs: number): Promise<boolean> {
    if (this.delivered >= deliveries) return true
    this.#awaited = deliveries
    const arrived = new Promise<true>((resolve) => {
      this.#wake = () => resolve(true)
    })
    let timer: Timer | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs)
    })
    const seen = await Promise.race([arrived, late])
    clearTimeout(timer)
    this.#awaited = Number.POSITIVE_INFINITY
    return seen
  }

  forget(): void {
    this.delivered = 0
    this.delays = []
  }
}
