import { type QueryClient, QueryObserver } from '@tanstack/react-query'
import type { Session } from '../../client/app/session'
import { hasNewer, hasOlder } from '../../client/messages/timeline'
import type { Member } from '../../src/conversations/schema'

/** What the components of one tab do with its session: the conversation on screen is opened, and its members are wanted. */
export class Screen {
  #wanted: string | null = null
  #mounted: { conversationId: string; unmount: () => void } | null = null

  constructor(
    readonly session: Session,
    readonly queryClient: QueryClient,
  ) {}

  get conversationId(): string | null {
    return this.#mounted?.conversationId ?? null
  }

  show(conversationId: string | null): void {
    this.#wanted = conversationId
    this.refresh()
  }

  /** Draws again. Whether that changed what is on screen. */
  refresh(): boolean {
    const { list, windows, reading } = this.session
    const wanted = this.#wanted !== null && list.find(this.#wanted) !== undefined ? this.#wanted : null
    if (wanted === this.conversationId) return false
    this.#mounted?.unmount()
    this.#mounted = null
    if (wanted === null) return true
    windows.open(wanted)
    const leaveMembers = this.#wantMembers(wanted)
    const unmount = () => {
      leaveMembers()
      reading.left(wanted)
      windows.close(wanted)
    }
    this.#mounted = { conversationId: wanted, unmount }
    return true
  }

  /** Reads what is on screen up to its end. */
  look(): void {
    const { timelines, reading } = this.session
    const last = this.conversationId && timelines.get(this.conversationId)?.messages.at(-1)
    if (last) reading.shown(last.conversationId, last.seq)
  }

  /** Goes to a conversation and loads all of it. `idle` resolves when what was asked for is there. */
  async loadAll(conversationId: string, idle: () => Promise<void>): Promise<void> {
    const { timelines, windows } = this.session
    this.show(conversationId)
    await idle()
    for (let pages = 0; pages < 100; pages++) {
      const timeline = timelines.get(conversationId)
      if (timeline === undefined || (!hasOlder(timeline) && !hasNewer(timeline))) return
      if (hasOlder(timeline)) windows.loadOlder(conversationId)
      if (hasNewer(timeline)) windows.loadNewer(conversationId)
      await idle()
    }
  }

  /** What `useMembers` does. */
  #wantMembers(conversationId: string): () => void {
    const { members, people, list } = this.session
    const options = list.caches.conversations.members.queryOptions(
      { conversationId },
      { staleTime: Number.POSITIVE_INFINITY },
    )
    const observer = new QueryObserver(this.queryClient, options)
    let seen: unknown
    const take = ({ data }: { data: { members: Member[] } | undefined }) => {
      if (data === undefined || data === seen) return
      seen = data
      people.learn(data.members.map(({ user }) => user))
      members.loaded(conversationId, data.members)
    }
    const leave = observer.subscribe(take)
    take(observer.getCurrentResult())
    return leave
  }
}
