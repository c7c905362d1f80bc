import type { Clock } from '../lib/clock'

const WINDOW_MS = 1_000

/**
 * Who said a moment ago that they are typing: once a second is all that others can see. What is older is forgotten as
 * new notices come, so it holds no more than a second's worth and needs no timer.
 */
export class TypingThrottle {
  readonly #clock: Clock
  /** Oldest first. */
  readonly #noted = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  isRecent(conversationId: string, userId: string): boolean {
    this.#forget()
    return this.#noted.has(`${conversationId}/${userId}`)
  }

  note(conversationId: string, userId: string): void {
    this.#forget()
    this.#noted.set(`${conversationId}/${userId}`, this.#clock.now())
  }

  #forget(): void {
    const now = this.#clock.now()
    for (const [key, at] of this.#noted) {
      // A clock that was set back forgets, too.
      if (at <= now && now - at < WINDOW_MS) return
      this.#noted.delete(key)
    }
  }
}
