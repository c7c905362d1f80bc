import { createStore } from 'zustand/vanilla'
import type { LogEvent } from '../../src/sync/schema'
import { applyEvent, emptyTimeline, raiseHead, skipTo, type Timeline } from './timeline'
import { shrink } from './window'

/** A conversation that is on screen. */
export interface Opened {
  status: 'loading' | 'ready' | 'error'
  /** The last number that was read when it was opened; null when all was. Stays until it is left. */
  readNumber: number | null
  /** Whether what follows was marked as unread, which may be one's own messages too. */
  marked: boolean
}

export interface TimelinesState {
  byId: Readonly<Record<string, Timeline>>
  opened: Readonly<Record<string, Opened>>
}

/** What became of an event: `ahead` means that something before it is missing. */
export type Receipt = 'applied' | 'known' | 'ahead'

/** Messages kept of a conversation that is not on screen. */
const BACKGROUND_MAX = 100
/** Conversations that keep all they have loaded, the last opened first. */
const RECENT_MAX = 12

/** The timelines of a tab: one store, changed by the pure functions of `timeline.ts` alone. */
export class Timelines {
  readonly store = createStore<TimelinesState>(() => ({ byId: {}, opened: {} }))
  #recent: string[] = []
  /** Heads of conversations that are not followed yet: their events came first. */
  readonly #early = new Map<string, number>()

  /** `onFollowed`: a conversation is followed from here on, and nothing before will be told. */
  constructor(readonly onFollowed: (conversationId: string) => void = () => {}) {}

  get(conversationId: string): Timeline | undefined {
    return this.store.getState().byId[conversationId]
  }

  all(): [string, Timeline][] {
    return Object.entries(this.store.getState().byId)
  }

  /** Follows a conversation from this place on, unless it does already. */
  follow(conversationId: string, place: { lastSeq: number; lastNumber: number }): Timeline {
    const known = this.get(conversationId)
    if (known !== undefined) return known
    const empty = emptyTimeline(place.lastSeq, place.lastNumber)
    const timeline = raiseHead(empty, this.#early.get(conversationId) ?? 0)
    this.#early.delete(conversationId)
    this.#put(conversationId, timeline)
    this.onFollowed(conversationId)
    return timeline
  }

  receive(event: LogEvent): Receipt {
    const timeline = this.get(event.conversationId)
    if (timeline === undefined) {
      this.#early.set(event.conversationId, Math.max(event.seq, this.#early.get(event.conversationId) ?? 0))
      return 'ahead'
    }
    if (event.seq <= timeline.held) return 'known'
    const next = applyEvent(timeline, event)
    const idle = !this.#recent.includes(event.conversationId) && next.messages.length > 2 * BACKGROUND_MAX
    this.#put(event.conversationId, idle ? shrink(next, BACKGROUND_MAX) : next)
    return next.held === event.seq ? 'applied' : 'ahead'
  }

  raiseHead(conversationId: string, seq: number): void {
    this.change(conversationId, (timeline) => raiseHead(timeline, seq))
  }

  skipTo(conversationId: string, seq: number): void {
    this.change(conversationId, (timeline) => skipTo(timeline, seq))
  }

  change(conversationId: string, change: (timeline: Timeline) => Timeline): void {
    const timeline = this.get(conversationId)
    if (timeline === undefined) return
    const changed = change(timeline)
    if (changed !== timeline) this.#put(conversationId, changed)
  }

  opened(conversationId: string): Opened | undefined {
    return this.store.getState().opened[conversationId]
  }

  setOpened(conversationId: string, opened: Opened | null): void {
    const { [conversationId]: _before, ...others } = this.store.getState().opened
    this.store.setState({ opened: opened === null ? others : { ...others, [conversationId]: opened } })
    if (opened !== null) this.#touch(conversationId)
  }

  drop(conversationId: string): void {
    const { [conversationId]: _gone, ...others } = this.store.getState().byId
    this.store.setState({ byId: others })
  }

  /** Forgets all windows: the server tells another history than before. */
  clear(): void {
    this.#early.clear()
    this.store.setState({ byId: {} })
  }

  #touch(conversationId: string): void {
    this.#recent = [conversationId, ...this.#recent.filter((id) => id !== conversationId)]
    for (const forgotten of this.#recent.splice(RECENT_MAX))
      this.change(forgotten, (timeline) => shrink(timeline, BACKGROUND_MAX))
  }

  #put(conversationId: string, timeline: Timeline): void {
    this.store.setState(({ byId }) => ({ byId: { ...byId, [conversationId]: timeline } }))
  }
}
