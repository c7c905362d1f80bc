import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/logger'
import type { LogEvent } from '../sync/schema'
import { attach, type HubParts } from './attach'
import type { Bus } from './bus'
import { parseChannel } from './channels'
import { encode } from './encode'
import { Follower, type Identity } from './follower'
import { People } from './people'
import type { HubReaders } from './readers'
import { Room } from './room'
import { Rooms } from './rooms'
import { FILL_PAGE } from './sequencer'
import { LiveStream } from './stream'
import { welcome } from './welcome'

interface HubDeps {
  bus: Bus
  readers: HubReaders
  clock: Clock
  logger: Logger
}

/** Hands a payload to all sinks that said they hear the broadcast of this conversation. */
type Broadcast = (conversationId: string, payload: string) => void

/**
 * The live sockets of this instance. Events come in from the bus, are put in order for each conversation, holes are
 * filled from PostgreSQL, and each event goes out once to all who follow the conversation here. Joinings and leavings
 * take effect at their own place in that order, so nobody gets an event past their own leaving.
 */
export class Hub {
  readonly #deps: HubDeps
  readonly #parts: HubParts
  #broadcast: Broadcast = () => {}
  #epoch: Promise<string> | null = null
  #filled = 0

  constructor(deps: HubDeps) {
    this.#deps = deps
    const createRoom = (conversationId: string) => this.#createRoom(conversationId)
    this.#parts = {
      rooms: new Rooms({ ...deps, createRoom }),
      people: new People(),
      readers: deps.readers,
    }
    deps.bus.onMessage((channel, payload) => this.#received(channel, payload))
  }

  /** Conversations served here: what the reconciler compares. */
  get served(): IterableIterator<string> {
    return this.#parts.rooms.ids
  }

  get followerCount(): number {
    return this.#parts.people.followerCount
  }

  /** Events that the bus lost or was late with, since the start: they were read from the database. */
  get filled(): number {
    return this.#filled
  }

  onBroadcast(broadcast: Broadcast): void {
    this.#broadcast = broadcast
  }

  /** All that happens in this person's conversations from now on; its first event is `sync`. */
  open(identity: Identity): LiveStream {
    return new LiveStream((sink) => this.#attach(new Follower(identity, sink)))
  }

  /** The reconciler saw these heads in the database. */
  expect(conversationId: string, head: number): void {
    this.#parts.rooms.get(conversationId)?.sequencer.expect(head)
  }

  /** Somebody came into a conversation, as their channel, the log or the reconciler says: any of them may be first. */
  welcome(userId: string, conversationId: string): Promise<void> {
    return welcome(this.#parts, userId, conversationId)
  }

  isOnline(userId: string): boolean {
    return this.#parts.people.has(userId)
  }

  /** Lets go of conversations that nobody here has followed for a while. */
  sweep(): void {
    this.#parts.rooms.sweep()
  }

  /** Repeats the heads of the conversations that moved: a follower whose last event was lost finds out. */
  digest(): void {
    for (const room of this.#parts.rooms.all()) {
      if (!room.moved || room.followers.size === 0) continue
      room.moved = false
      this.#tell(room, encode({ type: 'digest', heads: [room.latest({ seq: 0, number: 0 })] }))
    }
  }

  close(): void {
    for (const { sink } of this.#parts.people.all()) sink.end('closing')
    this.#parts.rooms.close()
  }

  async #attach(follower: Follower): Promise<() => void> {
    const detach = () => this.#detach(follower)
    try {
      await attach(this.#parts, follower, await this.#readEpoch())
    } catch (error) {
      detach()
      throw error
    }
    for (const conversationId of follower.welcomes)
      this.#welcomeLater(follower.identity.userId, conversationId)
    return detach
  }

  #detach(follower: Follower): void {
    if (!follower.open) return
    follower.open = false
    for (const room of [...follower.rooms]) follower.unfollow(room)
    this.#parts.rooms.releaseAll(follower)
    this.#parts.people.remove(follower)
  }

  #createRoom(conversationId: string): Room {
    return new Room(conversationId, {
      dispatch: (room, event, payload) => this.#dispatch(room, event, payload),
      read: (id, after) => this.#fill(id, after),
      onError: (error) => this.#deps.logger.warn({ error, conversationId }, 'could not fill a hole'),
    })
  }

  async #fill(conversationId: string, after: number): Promise<LogEvent[]> {
    const events = await this.#deps.readers.events(conversationId, after, FILL_PAGE)
    this.#filled += events.length
    return events
  }

  #received(channel: string, payload: string): void {
    const parsed = parseChannel(channel)
    if (parsed === null) return
    try {
      if (parsed.kind === 'user') this.#receivedForUser(parsed.userId, payload)
      else this.#receivedForConversation(parsed.conversationId, payload)
    } catch (error) {
      this.#deps.logger.warn({ error, channel }, 'passed over a bad payload on the bus')
    }
  }

  #receivedForConversation(conversationId: string, payload: string): void {
    const room = this.#parts.rooms.get(conversationId)
    if (room === undefined) return
    const event = JSON.parse(payload) as LogEvent
    if (typeof event.seq === 'number') room.sequencer.offer(event, payload)
    else {
      room.noteAside(payload)
      this.#tell(room, payload)
    }
  }

  #receivedForUser(userId: string, payload: string): void {
    const followers = this.#parts.people.of(userId)
    if (followers.size === 0) return
    const news = JSON.parse(payload) as UserNews
    if (news.type === 'welcome') this.#welcomeLater(userId, news.conversationId)
    else if (news.type === 'signedOut')
      for (const { identity, sink } of [...followers]) {
        if (identity.sessionId === news.sessionId) sink.end('signed out')
      }
    else for (const { sink } of followers) sink.send(payload)
  }

  #dispatch(room: Room, event: LogEvent, payload: string): void {
    room.note(event)
    this.#tell(room, payload)
    if (event.type === 'joined') this.#welcomeLater(event.user.id, room.conversationId)
    if (event.type === 'left')
      for (const follower of this.#parts.people.of(event.userId)) {
        follower.unfollow(room)
        this.#parts.rooms.release(follower, room.conversationId)
      }
  }

  #tell(room: Room, payload: string): void {
    this.#broadcast(room.conversationId, payload)
    for (const { sink } of room.looped) sink.send(payload)
  }

  /** A welcome that fails is found again by the reconciler. */
  #welcomeLater(userId: string, conversationId: string): void {
    if (!this.#parts.people.has(userId)) return
    this.welcome(userId, conversationId).catch((error) => {
      this.#deps.logger.warn({ error, conversationId }, 'could not welcome a member')
    })
  }

  #readEpoch(): Promise<string> {
    this.#epoch ??= this.#deps.readers.epoch().catch((error) => {
      this.#epoch = null
      throw error
    })
    return this.#epoch
  }
}

/** What one person is told on their own channel; receipts of large conversations and marks are passed on as they are. */
type UserNews =
  | { type: 'welcome'; conversationId: string }
  | { type: 'signedOut'; sessionId: string }
  | { type: 'receipt' | 'unread' }
