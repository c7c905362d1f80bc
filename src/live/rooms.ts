import type { Clock } from '../lib/clock'
import type { Bus } from './bus'
import { conversationChannel, parseChannel, userChannel } from './channels'
import type { Follower } from './follower'
import { Interest } from './interest'
import type { Room } from './room'

interface RoomsDeps {
  bus: Bus
  clock: Clock
  createRoom: (conversationId: string) => Room
}

/** The conversations served here. There is a room as long as its channel is heard, and a while longer. */
export class Rooms {
  readonly #deps: RoomsDeps
  readonly #rooms = new Map<string, Room>()
  readonly #interest: Interest

  constructor(deps: RoomsDeps) {
    this.#deps = deps
    this.#interest = new Interest(deps.bus, (channel) => this.#dropped(channel))
  }

  get ids(): IterableIterator<string> {
    return this.#rooms.keys()
  }

  all(): IterableIterator<Room> {
    return this.#rooms.values()
  }

  get(conversationId: string): Room | undefined {
    return this.#rooms.get(conversationId)
  }

  hears(follower: Follower, conversationId: string): boolean {
    return follower.channels.has(conversationChannel(conversationId))
  }

  /** Resolves when the follower's own channel is heard. */
  async takeUser(follower: Follower): Promise<void> {
    const channel = userChannel(follower.identity.userId)
    follower.channels.add(channel)
    await this.#interest.take([channel])
  }

  /** Serves these conversations, for this follower among others. Resolves when their channels are heard. */
  async take(follower: Follower, conversationIds: string[]): Promise<void> {
    const fresh = conversationIds.filter((id) => !this.hears(follower, id))
    if (fresh.length === 0 || !follower.open) return
    const channels = fresh.map((id) => this.#serve(id).channel)
    for (const channel of channels) follower.channels.add(channel)
    await this.#interest.take(channels)
  }

  release(follower: Follower, conversationId: string): void {
    const channel = conversationChannel(conversationId)
    if (follower.channels.delete(channel)) this.#interest.release([channel], this.#deps.clock.now())
  }

  releaseAll(follower: Follower): void {
    this.#interest.release(follower.channels, this.#deps.clock.now())
    follower.channels.clear()
  }

  /** Lets go of conversations that nobody here has followed for a while. */
  sweep(): void {
    this.#interest.sweep(this.#deps.clock.now())
  }

  close(): void {
    for (const room of this.#rooms.values()) room.sequencer.close()
  }

  #serve(conversationId: string): Room {
    const room = this.#rooms.get(conversationId) ?? this.#deps.createRoom(conversationId)
    this.#rooms.set(conversationId, room)
    return room
  }

  #dropped(channel: string): void {
    const parsed = parseChannel(channel)
    if (parsed?.kind !== 'conversation') return
    this.#rooms.get(parsed.conversationId)?.sequencer.close()
    this.#rooms.delete(parsed.conversationId)
  }
}
