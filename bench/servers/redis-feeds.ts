import { Redis } from 'ioredis'
import type { PlainMessage } from './plain-messages'

/** What came for one listener and was not taken yet. */
class Feed {
  readonly #waiting: PlainMessage[] = []
  #wake: (() => void) | null = null

  push(message: PlainMessage): void {
    this.#waiting.push(message)
    this.#wake?.()
  }

  async *take(signal: AbortSignal): AsyncGenerator<PlainMessage> {
    signal.addEventListener('abort', () => this.#wake?.())
    while (!signal.aborted) {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) yield next
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/**
 * The peers' bus: one channel of Redis for each conversation, subscribed to while anybody here listens. A message is
 * parsed once, however many listen, and commands of one turn go in one write, as in Confab.
 */
export function openFeeds(redisUrl: string) {
  const publisher = new Redis(redisUrl, { enableAutoPipelining: true })
  const subscriber = new Redis(redisUrl)
  const feeds = new Map<string, Set<Feed>>()
  subscriber.on('message', (channel: string, payload: string) => {
    const message: PlainMessage = JSON.parse(payload)
    for (const feed of feeds.get(channel) ?? []) feed.push(message)
  })

  return {
    async publish(message: PlainMessage): Promise<void> {
      await publisher.publish(message.conversationId, JSON.stringify(message))
    },

    /** Nothing told after it resolves is missed. It ends with the signal. */
    async listen(conversationId: string, signal: AbortSignal): Promise<AsyncGenerator<PlainMessage>> {
      const feed = new Feed()
      const listeners = feeds.get(conversationId) ?? new Set()
      feeds.set(conversationId, listeners.add(feed))
      await subscriber.subscribe(conversationId)
      signal.addEventListener('abort', () => {
        listeners.delete(feed)
        if (listeners.size === 0 && feeds.delete(conversationId)) void subscriber.unsubscribe(conversationId)
      })
      return feed.take(signal)
    },
  }
}
