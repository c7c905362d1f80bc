import type { Timing } from '../lib/timing'

/** The others' notice lasts 6 s, so this is often enough for it to stay while somebody types. */
const EVERY_MS = 2_000

/** Tells the server that somebody types here, at most every two seconds. Nobody minds if it gets lost. */
export class TypingNotifier {
  readonly #told = new Map<string, number>()

  constructor(
    readonly timing: Timing,
    readonly notify: (conversationId: string) => Promise<unknown>,
  ) {}

  typed(conversationId: string): void {
    const now = this.timing.now()
    const before = this.#told.get(conversationId)
    if (before !== undefined && now - before < EVERY_MS) return
    this.#told.set(conversationId, now)
    this.notify(conversationId).catch(() => {})
  }
}
