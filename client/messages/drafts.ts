import { createStore } from 'zustand/vanilla'
import { readText, storedKeys, writeText } from '../lib/storage'
import type { Timing } from '../lib/timing'

const SAVE_MS = 300

/**
 * What stands in the composers of one account, by conversation. Saved a moment after the last key and when the page
 * is left, so that it is there after a reload or a restart.
 */
export class Drafts {
  readonly store
  readonly #prefix: string
  readonly #unsaved = new Map<string, () => void>()
  /** Drafts that are the text of a refused message, by conversation: the message's id. */
  readonly #restored = new Map<string, { id: string; text: string }>()

  constructor(
    userId: string,
    readonly timing: Timing,
  ) {
    this.#prefix = `confab.draft.${userId}.`
    const texts: Record<string, string> = {}
    for (const key of storedKeys(this.#prefix)) {
      const text = readText(key)
      if (text !== null) texts[key.slice(this.#prefix.length)] = text
    }
    this.store = createStore<{ texts: Readonly<Record<string, string>> }>(() => ({ texts }))
  }

  /** Which conversations have a draft: the same set until one comes or goes. */
  get marks() {
    let ids: ReadonlySet<string> = new Set()
    return {
      subscribe: this.store.subscribe,
      read: () => {
        const now = Object.keys(this.store.getState().texts)
        if (now.length !== ids.size || now.some((id) => !ids.has(id))) ids = new Set(now)
        return ids
      },
    }
  }

  get(conversationId: string): string {
    return this.store.getState().texts[conversationId] ?? ''
  }

  set(conversationId: string, text: string): void {
    if (text === '') this.#restored.delete(conversationId)
    this.store.setState(({ texts: { [conversationId]: _before, ...others } }) => ({
      texts: text === '' ? others : { ...others, [conversationId]: text },
    }))
    this.#unsaved.get(conversationId)?.()
    const cancel = this.timing.after(SAVE_MS, () => this.#save(conversationId))
    this.#unsaved.set(conversationId, cancel)
  }

  /**
   * Empties the composer, because its text was sent. Answers the id of the refused message that the text came from, if
   * it did: that one is replaced by what is sent now.
   */
  take(conversationId: string): string | null {
    const restored = this.#restored.get(conversationId)
    this.#restored.delete(conversationId)
    this.set(conversationId, '')
    this.#save(conversationId)
    return restored?.id ?? null
  }

  /** Gives the text of a refused message back, if nothing else was begun meanwhile. */
  restore(message: { id: string; conversationId: string; body: string }): void {
    if (this.get(message.conversationId) !== '') return
    this.set(message.conversationId, message.body)
    this.#restored.set(message.conversationId, { id: message.id, text: message.body })
  }

  /** The refused message is sent again or given up; its text goes too, unless somebody has worked on it. */
  release(id: string): void {
    for (const [conversationId, restored] of this.#restored) {
      if (restored.id !== id) continue
      if (this.get(conversationId) === restored.text) this.take(conversationId)
      this.#restored.delete(conversationId)
    }
  }

  /** For the moment before the page goes away. */
  readonly saveAll = (): void => {
    for (const conversationId of [...this.#unsaved.keys()]) this.#save(conversationId)
  }

  #save(conversationId: string): void {
    this.#unsaved.get(conversationId)?.()
    this.#unsaved.delete(conversationId)
    const text = this.get(conversationId)
    writeText(`${this.#prefix}${conversationId}`, text === '' ? null : text)
  }
}
