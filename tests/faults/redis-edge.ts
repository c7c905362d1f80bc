import { Edge, type Filter, type Target } from '../support/edge'
import type { Random } from './random'
import { channelOf, RespFrames } from './resp'

/** Each a probability, for each message that Redis sends to a subscriber. */
export interface Trouble {
  drop?: number
  double?: number
  /** Comes after one to eight later messages of its connection, of whatever channel. */
  reorder?: number
  /** Only messages of such channels; all of them unless told. */
  of?: (channel: string) => boolean
}

/** What was done to messages so far. */
export interface Tally {
  dropped: number
  doubled: number
  reordered: number
}

/** How many messages may overtake a late one. */
const LATE_MAX = 8

/**
 * An edge to Redis that can also lose, double and reorder the messages of pub/sub, by the seed. All other answers, the
 * confirmations of subscriptions among them, pass as they are and in their order.
 */
export class RedisEdge extends Edge {
  readonly tally: Tally = { dropped: 0, doubled: 0, reordered: 0 }
  readonly #trouble: Trouble

  constructor(targets: () => Target[], random: Random) {
    const trouble: Trouble = {}
    let connections = 0
    super(targets, {
      newFilter: () => filterOf({ trouble, tally: this.tally, random: random.fork(`${++connections}`) }),
    })
    this.#trouble = trouble
  }

  /** From now on, for connections that are open and for new ones, until `pass`. */
  mistreat(trouble: Trouble): void {
    Object.assign(this.#trouble, { drop: 0, double: 0, reorder: 0, of: () => true }, trouble)
  }

  /** What came late goes on with the next message of its connection. */
  override pass(): void {
    this.mistreat({})
    super.pass()
  }
}

export interface MessagesOptions {
  /** Looked at anew for each message. */
  trouble: Trouble
  tally: Tally
  random: Random
}

/** What becomes of the bytes of one connection. */
export function filterOf(options: MessagesOptions): Filter {
  const messages = new Messages(options)
  return (bytes) => messages.push(bytes)
}

class Messages {
  readonly #options: MessagesOptions
  readonly #frames = new RespFrames()
  #late: { frame: Uint8Array; after: number }[] = []

  constructor(options: MessagesOptions) {
    this.#options = options
  }

  /** What goes on in place of these bytes. */
  push(bytes: Uint8Array): Uint8Array {
    return Buffer.concat(this.#frames.push(bytes).flatMap((frame) => this.#take(frame)))
  }

  #take(frame: Uint8Array): Uint8Array[] {
    const channel = channelOf(frame)
    if (channel === null) return [frame]
    const { drop = 0, double = 0, reorder = 0, of = () => true } = this.#options.trouble
    if (drop + double + reorder === 0) return [frame, ...this.#overtaken(LATE_MAX)]
    const overtaken = this.#overtaken(1)
    return [...(of(channel) ? this.#mistreated(frame) : [frame]), ...overtaken]
  }

  #mistreated(frame: Uint8Array): Uint8Array[] {
    const { trouble, tally, random } = this.#options
    const { drop = 0, double = 0, reorder = 0 } = trouble
    // As many draws for every message, whatever becomes of it.
    const [dropped, doubled, reordered] = [
      random.next() < drop,
      random.next() < double,
      random.next() < reorder,
    ]
    const after = 1 + random.below(LATE_MAX)
    if (dropped) {
      tally.dropped += 1
      return []
    }
    if (doubled) tally.doubled += 1
    if (reordered) {
      tally.reordered += 1
      this.#late.push({ frame, after })
      return doubled ? [frame] : []
    }
    return doubled ? [frame, frame] : [frame]
  }

  /** The late ones whose time has come, so many messages later. */
  #overtaken(messages: number): Uint8Array[] {
    const late = this.#late.map(({ frame, after }) => ({ frame, after: after - messages }))
    this.#late = late.filter(({ after }) => after > 0)
    return late.filter(({ after }) => after <= 0).map(({ frame }) => frame)
  }
}
