import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/logger'
import type { Head, LiveEvent, LogEvent } from '../sync/schema'
import type { Bus } from './bus'
import { conversationChannel, parseChannel, userChannel } from './channels'
import { Follower, type Identity } from './follower'
import { Interest } from './interest'
import type { HubReaders } from './readers'
import { Room } from './room'
import { FILL_PAGE } from './sequencer'
import { LiveStream } from './stream'

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
  readonly #rooms = new Map<string, Room>()
  readonly #people = new Map<string, Set<Follower>>()
  readonly #interest: Interest
  #broadcast: Broadcast = () => {}
  #epoch: Promise<string> | null = null

  constructor(deps: HubDeps) {
    this.#deps = deps
    this.#interest = new Interest(deps.bus, (channel) => this.#dropped(channel))
    deps.bus.onMessage((channel, payload) => this.#received(channel, payload))
  }

  /** Conversations served here: what the reconciler compares. */
  get served(): IterableIterator<string> {
    return this.#rooms.keys()
  }

  get followerCount(): number {
    let count = 0
    for (const followers of this.#people.values()) count += followers.size
    return count
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
    this.#rooms.get(conversationId)?.sequencer.expect(head)
  }

  /** Somebody came into a conversation, as their channel, the log or the reconciler says: any of them may be first. */
  async welcome(userId: string, conversationId: string): Promise<void> {
    const served = this.#rooms.get(conversationId)
    const followers = [...(this.#people.get(userId) ?? [])].filter(
      (follower) => served === undefined || !follower.rooms.has(served),
    )
    for (const follower of followers) if (!follower.synced) follower.welcomes.add(conversationId)
    const newcomers = followers.filter((follower) => follower.synced)
    if (newcomers.length === 0) return
    for (const follower of newcomers) await this.#take(follower, [conversationId])
    const conversation = await this.#deps.readers.conversation(userId, conversationId)
    const room = this.#rooms.get(conversationId)
    if (conversation !== null) room?.sequencer.start(conversation.lastSeq)
    if (conversation === null || room === undefined || room.leftSince(userId, conversation.lastSeq)) {
      for (const follower of newcomers) this.#release(follower, conversationId)
      return
    }
    const { seq, number } = room.latest({ seq: conversation.lastSeq, number: conversation.lastNumber })
    const payload = encode({
      type: 'conversation',
      conversation: { ...conversation, lastSeq: seq, lastNumber: number },
    })
    for (const follower of newcomers) {
      if (!follower.open || follower.rooms.has(room)) continue
      follower.follow(room)
      follower.sink.send(payload)
    }
  }

  isOnline(userId: string): boolean {
    return this.#people.has(userId)
  }

  /** Lets go of conversations that nobody here has followed for a while. */
  sweep(): void {
    this.#interest.sweep(this.#deps.clock.now())
  }

  /** Repeats the heads of the conversations that moved: a follower whose last event was lost finds out. */
  digest(): void {
    for (const room of this.#rooms.values()) {
      if (!room.moved || room.followers.size === 0) continue
      room.moved = false
      this.#tell(room, encode({ type: 'digest', heads: [room.latest({ seq: 0, number: 0 })] }))
    }
  }

  close(): void {
    for (const followers of this.#people.values()) for (const { sink } of [...followers]) sink.end('closing')
    for (const room of this.#rooms.values()) room.sequencer.close()
  }

  /**
   * Take interest, then read, then follow: what happens between the read and the following is in the rooms already,
   * and the sink joins them and gets `sync` in one turn of the event loop, so nothing falls between.
   */
  async #attach(follower: Follower): Promise<() => void> {
    const { userId } = follower.identity
    const detach = () => this.#detach(follower)
    try {
      const epoch = await this.#readEpoch()
      const channel = userChannel(userId)
      follower.channels.add(channel)
      await this.#interest.take([channel])
      this.#addToPeople(follower)
      const heads = await this.#readHeads(follower)
      if (follower.open) this.#sync(follower, epoch, heads)
    } catch (error) {
      detach()
      throw error
    }
    for (const conversationId of follower.welcomes) this.#welcomeLater(userId, conversationId)
    return detach
  }

  /** Reads until every conversation read was being listened to before it was read. */
  async #readHeads(follower: Follower): Promise<Head[]> {
    while (true) {
      const heads = await this.#deps.readers.heads(follower.identity.userId)
      const unheard = heads.map((head) => head.conversationId).filter((id) => !this.#hears(follower, id))
      const served = unheard.every((id) => this.#rooms.get(id)?.ready)
      await this.#take(follower, unheard)
      if (served || !follower.open) return heads
    }
  }

  #sync(follower: Follower, epoch: string, heads: Head[]): void {
    const { userId } = follower.identity
    const synced: Head[] = []
    for (const head of heads) {
      const room = this.#rooms.get(head.conversationId)
      if (room === undefined) continue
      room.sequencer.start(head.seq)
      room.sequencer.expect(head.seq)
      if (room.leftSince(userId, head.seq)) continue
      follower.follow(room)
      synced.push({ ...head, ...room.latest(head) })
    }
    follower.synced = true
    follower.sink.send(encode({ type: 'sync', epoch, heads: synced }))
  }

  #detach(follower: Follower): void {
    if (!follower.open) return
    follower.open = false
    for (const room of [...follower.rooms]) follower.unfollow(room)
    this.#interest.release(follower.channels, this.#deps.clock.now())
    follower.channels.clear()
    const followers = this.#people.get(follower.identity.userId)
    followers?.delete(follower)
    if (followers?.size === 0) this.#people.delete(follower.identity.userId)
  }

  #addToPeople(follower: Follower): void {
    if (!follower.open) return
    const { userId } = follower.identity
    const followers = this.#people.get(userId)
    if (followers === undefined) this.#people.set(userId, new Set([follower]))
    else followers.add(follower)
  }

  #hears(follower: Follower, conversationId: string): boolean {
    return follower.channels.has(conversationChannel(conversationId))
  }

  async #take(follower: Follower, conversationIds: string[]): Promise<void> {
    const fresh = conversationIds.filter((id) => !this.#hears(follower, id))
    if (fresh.length === 0 || !follower.open) return
    const channels = fresh.map((id) => this.#serve(id).channel)
    for (const channel of channels) follower.channels.add(channel)
    await this.#interest.take(channels)
  }

  #serve(conversationId: string): Room {
    const room = this.#rooms.get(conversationId) ?? this.#createRoom(conversationId)
    this.#rooms.set(conversationId, room)
    return room
  }

  #release(follower: Follower, conversationId: string): void {
    const channel = conversationChannel(conversationId)
    if (follower.channels.delete(channel)) this.#interest.release([channel], this.#deps.clock.now())
  }

  #createRoom(conversationId: string): Room {
    return new Room(conversationId, {
      dispatch: (room, event, payload) => this.#dispatch(room, event, payload),
      read: (id, after) => this.#deps.readers.events(id, after, FILL_PAGE),
      onError: (error) => this.#deps.logger.warn({ error, conversationId }, 'could not fill a hole'),
    })
  }

  #dropped(channel: string): void {
    const parsed = parseChannel(channel)
    if (parsed?.kind !== 'conversation') return
    this.#rooms.get(parsed.conversationId)?.sequencer.close()
    this.#rooms.delete(parsed.conversationId)
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
    const room = this.#rooms.get(conversationId)
    if (room === undefined) return
    const event = JSON.parse(payload) as LogEvent
    if (typeof event.seq === 'number') room.sequencer.offer(event, payload)
    else this.#tell(room, payload)
  }

  #receivedForUser(userId: string, payload: string): void {
    const followers = this.#people.get(userId)
    if (followers === undefined) return
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
      for (const follower of this.#people.get(event.userId) ?? []) {
        follower.unfollow(room)
        this.#release(follower, room.conversationId)
      }
  }

  #tell(room: Room, payload: string): void {
    this.#broadcast(room.conversationId, payload)
    for (const { sink } of room.looped) sink.send(payload)
  }

  /** A welcome that fails is found again by the reconciler. */
  #welcomeLater(userId: string, conversationId: string): void {
    if (!this.#people.has(userId)) return
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

/** What one person is told on their own channel; receipts of large conversations are passed on as they are. */
type UserNews =
  | { type: 'welcome'; conversationId: string }
  | { type: 'signedOut'; sessionId: string }
  | { type: 'receipt' }

function encode(event: LiveEvent): string {
  return JSON.stringify(event)
}
