import type { User } from '../../src/accounts/schema'
import type { Conversations } from '../conversations/conversations'
import { afterReceipt } from '../conversations/list'
import type { Timelines } from '../messages/timelines'
import { numberAt } from '../messages/window'
import type { Acknowledger } from './acknowledger'

export interface ReadingDeps {
  me: User
  list: Conversations
  timelines: Timelines
  acknowledger: Acknowledger
  /** Whether the window has the focus and is visible. */
  isAttentive(): boolean
}

/**
 * Reading is what was on screen while somebody looked. One's own list follows at once; the server is told in its time.
 */
export class Reading {
  readonly #shown = new Map<string, number>()

  constructor(readonly deps: ReadingDeps) {}

  shown(conversationId: string, seq: number): void {
    this.#shown.set(conversationId, Math.max(seq, this.#shown.get(conversationId) ?? 0))
    this.attend()
  }

  /** The conversation is no longer on screen. */
  left(conversationId: string): void {
    this.#shown.delete(conversationId)
  }

  /** Somebody may be looking again: what came on screen meanwhile is read now. */
  attend(): void {
    if (!this.deps.isAttentive()) return
    for (const [conversationId, seq] of this.#shown) this.#read(conversationId, seq)
  }

  #read(conversationId: string, seq: number): void {
    const { me, list, timelines, acknowledger } = this.deps
    const entry = list.find(conversationId)
    if (entry === undefined || seq <= entry.readSeq) return
    const timeline = timelines.get(conversationId)
    const readNumber = timeline === undefined ? 0 : numberAt(timeline, seq)
    const receipt = {
      type: 'receipt' as const,
      conversationId,
      userId: me.id,
      delivered: seq,
      read: seq,
      readNumber,
    }
    list.change(conversationId, (known) => afterReceipt(known, receipt))
    acknowledger.read(conversationId, seq)
  }
}
