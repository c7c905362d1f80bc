import type { UnreadEvent } from '../../src/receipts/schema'
import type { Conversations } from '../conversations/conversations'
import { afterReading } from '../conversations/list'
import type { Timelines } from '../messages/timelines'
import { numberAt } from '../messages/window'
import type { Acknowledger } from './acknowledger'
import type { Marker } from './marker'

export interface ReadingDeps {
  list: Conversations
  timelines: Timelines
  acknowledger: Acknowledger
  marker: Marker
  /** Whether the window has the focus and is visible. */
  isAttentive(): boolean
}

/** Reading that rests: something was marked as unread, and what stands on screen must not undo it. */
interface Rest {
  /** The version of the mark before. */
  version: number
  /** Up to this seq. Marked elsewhere, what comes on screen after that is read; marked here, nothing is. */
  upTo: number
}

/**
 * Reading is what was on screen while somebody looked. One's own list follows at once; the server is told in its time.
 */
export class Reading {
  readonly #shown = new Map<string, number>()
  readonly #resting = new Map<string, Rest>()

  constructor(readonly deps: ReadingDeps) {}

  shown(conversationId: string, seq: number): void {
    this.#shown.set(conversationId, Math.max(seq, this.#shown.get(conversationId) ?? 0))
    this.attend()
  }

  /** The conversation is no longer on screen. */
  left(conversationId: string): void {
    this.#shown.delete(conversationId)
    this.#resting.delete(conversationId)
  }

  /** Somebody may be looking again: what came on screen meanwhile is read now. */
  attend(): void {
    if (!this.deps.isAttentive()) return
    for (const [conversationId, seq] of this.#shown) this.#read(conversationId, seq)
  }

  /** Somebody comes back to this window, and takes up what was marked elsewhere. */
  returned(): void {
    for (const [conversationId, { upTo }] of this.#resting)
      if (upTo !== Number.POSITIVE_INFINITY) this.#resting.delete(conversationId)
    this.attend()
  }

  /** Somebody wants to see the latest, which is reading whatever was marked. */
  jumped(conversationId: string): void {
    this.#resting.delete(conversationId)
    this.deps.marker.forget(conversationId)
    this.attend()
  }

  /**
   * Marks this message and all after it as unread. Reading rests in this conversation until it is left and opened again,
   * until its latest messages are jumped to, or until the mark is gone.
   */
  async markUnread(conversationId: string, number: number): Promise<void> {
    const entry = this.deps.list.find(conversationId)
    if (entry === undefined) return
    const { unreadVersion: version } = entry
    this.#resting.set(conversationId, { version, upTo: Number.POSITIVE_INFINITY })
    await this.deps.marker.mark(conversationId, number)
  }

  /** Somebody's own device tells of a mark; the list has not heard of it yet. */
  marked({ conversationId, unreadFrom, unreadVersion }: UnreadEvent): void {
    const upTo = this.#shown.get(conversationId)
    const known = this.deps.list.find(conversationId)?.unreadVersion ?? 0
    if (unreadFrom === null || upTo === undefined || unreadVersion <= known) return
    if (!this.#resting.has(conversationId)) this.#resting.set(conversationId, { version: known, upTo })
  }

  #read(conversationId: string, seq: number): void {
    const { list, timelines, acknowledger, marker } = this.deps
    const entry = list.find(conversationId)
    if (entry === undefined || this.#rests(conversationId, seq)) return
    if (seq <= entry.readSeq && entry.unreadFrom === null) return
    const timeline = timelines.get(conversationId)
    const number = timeline === undefined ? 0 : numberAt(timeline, seq)
    marker.forget(conversationId)
    list.change(conversationId, (known) => afterReading(known, { seq, number }))
    acknowledger.read(conversationId, seq, entry.unreadVersion)
  }

  #rests(conversationId: string, seq: number): boolean {
    const rest = this.#resting.get(conversationId)
    const entry = this.deps.list.find(conversationId)
    if (rest === undefined || entry === undefined) return false
    // The mark came and is gone: by a message of one's own, or since it was read elsewhere.
    const isOver = seq > rest.upTo || (entry.unreadFrom === null && entry.unreadVersion > rest.version)
    if (isOver) this.#resting.delete(conversationId)
    return !isOver
  }
}
