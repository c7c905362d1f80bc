import type { LiveEvent } from '../sync/schema'

/** Where one subscription's events go. Payloads are the JSON of one `LiveEvent` each. */
export interface Sink {
  /** True when the sink hears this conversation through the broadcast from now on, so that the hub need not loop. */
  follow(conversationId: string): boolean
  unfollow(conversationId: string): void
  send(payload: string): void
  /** No more events will come. */
  end(reason: 'signed out' | 'closing'): void
}

/** Connects a sink to the hub; the answer disconnects it. */
export type Attach = (sink: Sink) => Promise<() => void>

/**
 * What a live subscription's procedure returns. The socket attaches its own sink to it, so that an event is serialised
 * once for all; for every other caller it is an ordinary async iterable of the same events.
 */
export class LiveStream implements AsyncIterable<LiveEvent> {
  constructor(readonly attach: Attach) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveEvent, void, undefined> {
    const queue = new QueueSink()
    const detach = await this.attach(queue)
    try {
      yield* queue.events()
    } finally {
      detach()
    }
  }
}

/** Events an iterating caller has not asked for yet. A caller this far behind is cut off and has to sync again. */
const QUEUE_MAX = 10_000

class QueueSink implements Sink {
  #payloads: string[] = []
  #ended = false
  #wake: (() => void) | null = null

  follow(): boolean {
    return false
  }

  unfollow(): void {}

  send(payload: string): void {
    if (this.#payloads.length >= QUEUE_MAX) this.#ended = true
    else this.#payloads.push(payload)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *events(): AsyncGenerator<LiveEvent, void, undefined> {
    while (true) {
      const payloads = this.#payloads
      this.#payloads = []
      for (const payload of payloads) yield JSON.parse(payload) as LiveEvent
      if (this.#payloads.length > 0) continue
      if (this.#ended) return
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
      this.#wake = null
    }
  }
}
