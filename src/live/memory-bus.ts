import type { Bus } from './bus'

/**
 * The bus of a single process. Listeners are called from a microtask, as Redis would call them later: a publisher is
 * never re-entered from its own `publish`.
 */
export function createMemoryBus(): Bus {
  const wanted = new Set<string>()
  const listeners: ((channel: string, payload: string) => void)[] = []

  const deliver = (channel: string, payload: string) => {
    if (wanted.has(channel)) for (const listener of listeners) listener(channel, payload)
  }

  return {
    healthy: true,
    publish(channel, payload) {
      if (wanted.has(channel)) queueMicrotask(() => deliver(channel, payload))
    },
    async subscribe(channels) {
      for (const channel of channels) wanted.add(channel)
    },
    unsubscribe(channels) {
      for (const channel of channels) wanted.delete(channel)
    },
    onMessage(listener) {
      listeners.push(listener)
    },
    onHealth() {
      // It has nothing to lose a message in, so its health never changes.
    },
    async close() {
      wanted.clear()
    },
  }
}
