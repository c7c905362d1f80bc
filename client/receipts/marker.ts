import type { Conversations } from '../conversations/conversations'
import { toProblem } from '../lib/problem'
import { fullJitter, Naps, type Timing } from '../lib/timing'
import type { Acknowledger } from './acknowledger'

export interface MarkerDeps {
  list: Conversations
  timing: Timing
  acknowledger: Acknowledger
  mark(input: { conversationId: string; number: number }): Promise<unknown>
}

/** These say something about the mark; everything else may be different the next time. */
const DEFINITE = new Set([400, 401, 403, 404])
/** So long the news of a mark may take; then it is asked for. */
const NEWS_MS = 1_000

/** Tells the server what was marked as unread, for as long as it takes, unless one reads again before. */
export class Marker {
  readonly #wanted = new Map<string, number>()
  readonly #naps: Naps
  #cancel: (() => void) | null = null

  constructor(readonly deps: MarkerDeps) {
    this.#naps = new Naps(deps.timing)
  }

  /** Resolves when the server has answered, or when it is of no use any more. Never throws. */
  async mark(conversationId: string, number: number): Promise<void> {
    const { timing, acknowledger, mark } = this.deps
    const isTold = this.#wanted.has(conversationId)
    this.#wanted.set(conversationId, number)
    if (isTold) return
    for (let failures = 0; ; failures++) {
      // What was read before the mark is said before it, or it would undo it.
      await acknowledger.settled(conversationId)
      const wanted = this.#wanted.get(conversationId)
      if (wanted === undefined) return
      try {
        const version = this.#version(conversationId)
        await mark({ conversationId, number: wanted })
        if (this.#wanted.get(conversationId) !== wanted) continue
        this.#wanted.delete(conversationId)
        return this.#awaitNews(conversationId, version)
      } catch (cause) {
        const { status } = toProblem(cause)
        if (status !== null && DEFINITE.has(status)) return this.forget(conversationId)
        await this.#naps.sleep(fullJitter(timing, { baseMs: 500, capMs: 10_000, failures }))
      }
    }
  }

  /** It was read meanwhile, or is no concern any more. */
  forget(conversationId: string): void {
    this.#wanted.delete(conversationId)
  }

  /** Tries now what waits for another try. */
  wake(): void {
    this.#naps.wakeAll()
  }

  stop(): void {
    this.#wanted.clear()
    this.#cancel?.()
    this.#naps.wakeAll()
  }

  #awaitNews(conversationId: string, version: number): void {
    this.#cancel?.()
    this.#cancel = this.deps.timing.after(NEWS_MS, () => {
      if (this.#version(conversationId) > version) return
      this.deps.list.refresh().catch(() => {
        // The next `sync` tells of it.
      })
    })
  }

  #version(conversationId: string): number {
    return this.deps.list.find(conversationId)?.unreadVersion ?? Number.POSITIVE_INFINITY
  }
}
