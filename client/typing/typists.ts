import { createStore } from 'zustand/vanilla'
import { TYPING_TTL_MS } from '../../src/lib/limits'
import type { Timing } from '../lib/timing'

/** Who is typing, by conversation, the first to begin first. Nobody stays longer than TYPING_TTL_MS unrenewed. */
export class Typists {
  readonly store = createStore<{ byId: Readonly<Record<string, readonly string[]>> }>(() => ({ byId: {} }))
  readonly #ends = new Map<string, () => void>()

  constructor(readonly timing: Timing) {}

  typing(conversationId: string, userId: string): void {
    const typists = this.#of(conversationId)
    if (!typists.includes(userId)) this.#set(conversationId, [...typists, userId])
    const key = `${conversationId} ${userId}`
    this.#ends.get(key)?.()
    this.#ends.set(
      key,
      this.timing.after(TYPING_TTL_MS, () => this.stopped(conversationId, userId)),
    )
  }

  /** Their message has come, or they are gone. */
  stopped(conversationId: string, userId: string): void {
    const key = `${conversationId} ${userId}`
    this.#ends.get(key)?.()
    this.#ends.delete(key)
    const typists = this.#of(conversationId)
    if (typists.includes(userId))
      this.#set(
        conversationId,
        typists.filter((id) => id !== userId),
      )
  }

  clear(): void {
    for (const cancel of this.#ends.values()) cancel()
    this.#ends.clear()
    this.store.setState({ byId: {} })
  }

  #of(conversationId: string): readonly string[] {
    return this.store.getState().byId[conversationId] ?? []
  }

  #set(conversationId: string, typists: readonly string[]): void {
    this.store.setState(({ byId }) => ({ byId: { ...byId, [conversationId]: typists } }))
  }
}
