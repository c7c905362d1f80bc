/** Precedes, in what is sent, the number of its slot and the time of sending in microseconds of this process's clock. */
const STAMP = 'sent@'
const NEEDLE = Buffer.from(STAMP)
const SLOT_DIGITS = 4
const TIME_DIGITS = 12
const ZERO = 0x30

/** Text that tells the audience what it is and when it was sent. Always of the same length. */
export function stamp(slot: number, at: number): string {
  const time = String(Math.round(at * 1_000)).padStart(TIME_DIGITS, '0')
  return STAMP + String(slot).padStart(SLOT_DIGITS, '0') + time
}

/**
 * Everybody who listens to one server: counts what arrives, and how long it took. Messages go in slots; a slot is free
 * for the next one when all who should have heard the last one have.
 */
export class Audience {
  delivered = 0
  /** Milliseconds from sending to delivery. */
  delays: number[] = []
  /** Deliveries that the message of each slot still lacks. */
  readonly #missing: number[] = []
  readonly #done: (() => void)[] = []

  /** @param copies how many hear each message */
  constructor(readonly copies: number) {}

  /** @returns false when the frame is no message */
  hear(bytes: Buffer, from: number, to: number): boolean {
    const at = bytes.indexOf(NEEDLE, from)
    if (at === -1 || at >= to) return false
    const slot = digits(bytes, at + STAMP.length, SLOT_DIGITS)
    const sent = digits(bytes, at + STAMP.length + SLOT_DIGITS, TIME_DIGITS)
    this.delays.push(performance.now() - sent / 1_000)
    this.delivered += 1
    const missing = (this.#missing[slot] ?? 0) - 1
    this.#missing[slot] = missing
    if (missing === 0) this.#done[slot]?.()
    return true
  }

  /** Resolves when all of them have heard the slot's next message. */
  heardBy(slot: number): Promise<void> {
    this.#missing[slot] = this.copies
    return new Promise((resolve) => {
      this.#done[slot] = resolve
    })
  }

  forget(): void {
    this.delivered = 0
    this.delays = []
  }
}

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) value = value * 10 + (bytes[at] ?? ZERO) - ZERO
  return value
}
