import type { Room } from './room'
import type { Sink } from './stream'

export interface Identity {
  userId: string
  sessionId: string
}

/** One live subscription: a tab, an app, a bot. */
export class Follower {
  readonly rooms = new Set<Room>()
  /** The bus channels it has taken an interest in: each is released once. */
  readonly channels = new Set<string>()
  /** Conversations it came into while it was still being synced. */
  readonly welcomes = new Set<string>()
  synced = false
  open = true

  constructor(
    readonly identity: Identity,
    readonly sink: Sink,
  ) {}

  follow(room: Room): void {
    if (this.rooms.has(room)) return
    this.rooms.add(room)
    room.followers.add(this)
    if (!this.sink.follow(room.conversationId)) room.looped.add(this)
  }

  unfollow(room: Room): void {
    if (!this.rooms.delete(room)) return
    room.followers.delete(this)
    room.looped.delete(this)
    this.sink.unfollow(room.conversationId)
  }
}
