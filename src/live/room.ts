import type { LogEvent } from '../sync/schema'
import { conversationChannel } from './channels'
import type { Follower } from './follower'
import type { Standing } from './readers'
import { Sequencer } from './sequencer'

interface RoomOptions {
  dispatch: (room: Room, event: LogEvent, payload: string) => void
  read: (conversationId: string, after: number) => Promise<LogEvent[]>
  onError: (error: unknown) => void
}

/** Longer than any read of the database takes. */
const ASIDES_MS = 10_000
/** A crowd that reads tells more: then the newest half is kept. */
const ASIDES_MAX = 200

/** One conversation that is served on this instance: its place in the log, and who follows it here. */
export class Room {
  /** On the bus. One string for all that hold on to it. */
  readonly channel: string
  readonly followers = new Set<Follower>()
  /** Those of them that the broadcast does not reach: they are told one by one. */
  readonly looped = new Set<Follower>()
  readonly sequencer: Sequencer
  /** Whether something was dispatched since the last digest. */
  moved = false
  #number = 0
  /** What was told here lately that has no place in the log, with the moment of the telling. */
  #asides: { at: number; payload: string }[] = []
  /** The newest joining or leaving dispatched here, by user. */
  readonly #memberships = new Map<string, { seq: number; member: boolean }>()

  constructor(
    readonly conversationId: string,
    options: RoomOptions,
  ) {
    this.channel = conversationChannel(conversationId)
    this.sequencer = new Sequencer({
      dispatch: (event, payload) => options.dispatch(this, event, payload),
      read: (after) => options.read(conversationId, after),
      onError: options.onError,
    })
  }

  get ready(): boolean {
    return this.sequencer.head !== null
  }

  /** Takes note of an event that is being dispatched. */
  note(event: LogEvent): void {
    this.moved = true
    if (event.type === 'message') this.#number = Math.max(this.#number, event.message.number)
    if (event.type === 'joined') this.#memberships.set(event.user.id, { seq: event.seq, member: true })
    if (event.type === 'left') this.#memberships.set(event.userId, { seq: event.seq, member: false })
  }

  /** Takes note of what is told to the followers of now and has no place in the log: a receipt, somebody's typing. */
  noteAside(payload: string): void {
    const at = performance.now()
    if (this.#asides.length >= ASIDES_MAX || at - (this.#asides[0]?.at ?? at) > ASIDES_MS)
      this.#asides = this.#asides.slice(-ASIDES_MAX / 2).filter((aside) => at - aside.at <= ASIDES_MS)
    this.#asides.push({ at, payload })
  }

  /** Who follows from now on and read the database since `at` has missed these: they may be in what was read, or not. */
  asidesSince(at: number): string[] {
    return this.#asides.filter((aside) => aside.at >= at).map((aside) => aside.payload)
  }

  /**
   * Whether a person the database knew as a member at `seq` has been seen leaving since: what was read and what was
   * dispatched meanwhile must not be mixed up.
   */
  leftSince(userId: string, seq: number): boolean {
    const last = this.#memberships.get(userId)
    return last !== undefined && !last.member && last.seq > seq
  }

  /** The later of what was read and what has been dispatched here. */
  latest(read: { seq: number; number: number }): Standing {
    return {
      conversationId: this.conversationId,
      seq: Math.max(read.seq, this.sequencer.head ?? 0),
      number: Math.max(read.number, this.#number),
    }
  }
}
