import type { Bus } from './bus'

/** How long a channel is kept after its last taker went: people reload, and subscribing costs a round trip. */
const LINGER_MS = 15_000

interface Taken {
  count: number
  ready: Promise<void>
  idleSince: number
}

/** Counts who needs which channel, so that each is subscribed to once and not let go the moment it is free. */
export class Interest {
  readonly #bus: Bus
  readonly #taken = new Map<string, Taken>()
  readonly #onDrop: (channel: string) => void

  constructor(bus: Bus, onDrop: (channel: string) => void) {
    this.#bus = bus
    this.#onDrop = onDrop
  }

  /** Resolves when all of the channels are being received (or the bus is away). One `release` for each is owed. */
  async take(channels: string[]): Promise<void> {
    const fresh = channels.filter((channel) => !this.#taken.has(channel))
    if (fresh.length > 0) {
      const ready = this.#bus.subscribe(fresh)
      for (const channel of fresh) this.#taken.set(channel, { count: 0, ready, idleSince: 0 })
    }
    const waits = new Set<Promise<void>>()
    for (const channel of channels) {
      const taken = this.#taken.get(channel)
      if (taken === undefined) continue
      taken.count += 1
      waits.add(taken.ready)
    }
    await Promise.all(waits)
  }

  release(channels: Iterable<string>, now: number): void {
    for (const channel of channels) {
      const taken = this.#taken.get(channel)
      if (taken === undefined) continue
      taken.count -= 1
      if (taken.count === 0) taken.idleSince = now
    }
  }

  /** Lets go of what nobody has needed for a while. */
  sweep(now: number): void {
    const idle: string[] = []
    for (const [channel, { count, idleSince }] of this.#taken)
      if (count === 0 && now - idleSince >= LINGER_MS) idle.push(channel)
    if (idle.length === 0) return
    for (const channel of idle) {
      this.#taken.delete(channel)
      this.#onDrop(channel)
    }
    this.#bus.unsubscribe(idle)
  }
}
