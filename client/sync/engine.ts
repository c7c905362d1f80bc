import type { User } from '../../src/accounts/schema'
import type { ConversationNews } from '../../src/conversations/schema'
import type { HistoryPage } from '../../src/messages/queries'
import type { ReceiptEvent, UnreadEvent } from '../../src/receipts/schema'
import type { DigestEvent, LiveEvent, LogEvent, SyncEvent } from '../../src/sync/schema'
import type { People } from '../accounts/people'
import type { Conversations } from '../conversations/conversations'
import { activity, afterEvent, afterHead, afterReceipt, afterUnread } from '../conversations/list'
import type { MemberLists } from '../conversations/member-list'
import { fullJitter, Naps, type Timing } from '../lib/timing'
import type { Outbox } from '../messages/outbox'
import type { Timelines } from '../messages/timelines'
import type { Windows } from '../messages/windows'
import type { Acknowledger } from '../receipts/acknowledger'
import type { Reading } from '../receipts/reading'
import type { Typists } from '../typing/typists'
import type { Filler } from './filler'

export interface EngineDeps {
  me: User
  people: People
  list: Conversations
  members: MemberLists
  timelines: Timelines
  windows: Windows
  outbox: Outbox
  acknowledger: Acknowledger
  reading: Reading
  typists: Typists
  filler: Filler
  timing: Timing
}

type OwnLeaving = Extract<LogEvent, { type: 'left' }>
/** What tells of conversations as the list has them, and means another entry when it is taken out of turn. */
type InTurn = OwnLeaving | ConversationNews | DigestEvent | ReceiptEvent | UnreadEvent

/**
 * Takes what the live subscription says to the stores. Whatever has a place in a log goes through `Timelines`, which
 * says whether it is new and next; only then does the rest hear of it, once, in order, whichever way it came.
 */
export class Engine {
  #epoch: string | null = null
  #latest: SyncEvent | null = null
  /** Told while a `sync` is at work. */
  #behind: InTurn[] = []
  /** Marks of conversations that are not in the list yet: what brings them there may have been read before. */
  readonly #marks = new Map<string, UnreadEvent>()
  readonly #naps: Naps

  constructor(readonly deps: EngineDeps) {
    this.#naps = new Naps(deps.timing)
  }

  async receive(event: LiveEvent): Promise<void> {
    switch (event.type) {
      case 'sync':
        return this.#syncUntilDone(event)
      case 'digest':
      case 'conversation':
      case 'unread':
        return this.#inTurn(event)
      case 'receipt':
        this.deps.members.receive(event)
        if (event.userId === this.deps.me.id) this.#inTurn(event)
        return
      case 'typing':
        if (event.userId !== this.deps.me.id) this.deps.typists.typing(event.conversationId, event.userId)
        return
      case 'left':
        if (event.userId === this.deps.me.id) return this.#inTurn(event)
        return this.#live(event)
      default:
        // A type from a newer server may have a place in the log: its place is taken all the same.
        if ('seq' in event) this.#live(event)
    }
  }

  stop(): void {
    this.#latest = null
    this.#naps.wakeAll()
  }

  /** An event of a log that came by catching up. */
  caughtUp(event: LogEvent): void {
    if (this.deps.timelines.receive(event) === 'applied') this.#spread(event)
  }

  /** The log is held up to here without a hole. */
  stored(conversationId: string): void {
    const { list, timelines, acknowledger } = this.deps
    const held = timelines.get(conversationId)?.held ?? 0
    const entry = list.find(conversationId)
    if (entry !== undefined && held > entry.deliveredSeq) acknowledger.delivered(conversationId, held)
  }

  paged(conversationId: string, page: HistoryPage): void {
    const { me, outbox, filler } = this.deps
    outbox.seen(page.messages.filter(({ senderId }) => senderId === me.id).map(({ id }) => id))
    filler.fill(conversationId)
  }

  /** This person is not, or no longer, in the conversation. */
  missing(conversationId: string): void {
    const { list, timelines, members, acknowledger } = this.deps
    list.remove(conversationId)
    timelines.drop(conversationId)
    members.drop(conversationId)
    acknowledger.forget(conversationId)
  }

  /** The list may have to be fetched, which may fail; a later `sync` makes this one pointless. */
  async #syncUntilDone(event: SyncEvent): Promise<void> {
    this.#latest = event
    this.#behind = []
    for (let failures = 0; this.#latest === event; failures++) {
      try {
        await this.#sync(event)
        return this.#synced(event)
      } catch {
        await this.#naps.sleep(fullJitter(this.deps.timing, { baseMs: 500, capMs: 10_000, failures }))
      }
    }
  }

  #synced(event: SyncEvent): void {
    if (this.#latest !== event) return
    this.#latest = null
    for (const later of this.#behind.splice(0)) this.#inTurn(later)
  }

  #inTurn(event: InTurn): void {
    if (this.#latest !== null) this.#behind.push(event)
    else if (event.type === 'left') this.#ownLeaving(event)
    else if (event.type === 'conversation') this.#news(event)
    else if (event.type === 'digest') this.#digest(event)
    else if (event.type === 'unread') this.#unread(event)
    else this.deps.list.change(event.conversationId, (entry) => afterReceipt(entry, event))
  }

  async #sync(event: SyncEvent): Promise<void> {
    const { list, timelines, windows, members, filler, acknowledger } = this.deps
    const { epoch, heads } = event
    const isFirst = this.#epoch === null
    const isOther = this.#epoch !== null && this.#epoch !== epoch
    if (isOther) {
      timelines.clear()
      this.#marks.clear()
      acknowledger.startAfresh()
      await Promise.all([list.startAfresh(), members.startAfresh()])
    } else {
      const isLacking = () =>
        !list.loaded || heads.some((head) => list.find(head.conversationId) === undefined)
      if (isLacking()) await list.refresh()
      // That may have been on its way already, and know less than the heads.
      if (isLacking() && this.#latest === event) await list.refresh()
    }
    if (this.#latest !== event) return
    this.#epoch = epoch
    const current = new Set(heads.map((head) => head.conversationId))
    const held = [...list.all().map(({ id }) => id), ...timelines.all().map(([id]) => id)]
    for (const id of held) if (!current.has(id)) this.missing(id)
    for (const head of heads) {
      const { conversationId } = head
      const entry = list.find(conversationId)
      // Left since, as the list knows already.
      if (entry === undefined) continue
      // From what the list tells of, not from the head: what happened in between is still to be told to the list.
      timelines.follow(conversationId, entry)
      timelines.raiseHead(conversationId, head.seq)
      list.change(conversationId, (known) => afterHead(known, head))
      this.#takeMark(conversationId)
      acknowledger.heard(head)
    }
    if (isOther)
      for (const conversationId of Object.keys(timelines.store.getState().opened))
        windows.open(conversationId)
    if (isFirst || isOther) this.#loadUndelivered(heads)
    else members.returned(Object.keys(timelines.store.getState().opened))
    for (const { conversationId } of heads) filler.fill(conversationId)
  }

  /** The newest pages of what came while nobody was here, the newest conversation first. */
  #loadUndelivered(heads: SyncEvent['heads']): void {
    const { list, filler } = this.deps
    const moved = new Set(
      heads.filter((head) => head.seq > head.delivered).map((head) => head.conversationId),
    )
    const entries = list.all().filter(({ id }) => moved.has(id))
    for (const { id } of entries.sort((a, b) => activity(b).localeCompare(activity(a)))) filler.loadNewest(id)
  }

  #digest({ heads }: DigestEvent): void {
    const { list, timelines, filler } = this.deps
    for (const head of heads) {
      list.change(head.conversationId, (entry) => afterHead(entry, head))
      timelines.raiseHead(head.conversationId, head.seq)
      filler.fill(head.conversationId)
    }
  }

  #news({ conversation }: ConversationNews): void {
    const { list, timelines, filler } = this.deps
    list.put(conversation)
    this.#takeMark(conversation.id)
    timelines.follow(conversation.id, conversation)
    timelines.raiseHead(conversation.id, conversation.lastSeq)
    filler.fill(conversation.id)
  }

  #unread(event: UnreadEvent): void {
    const { list, reading } = this.deps
    if (list.find(event.conversationId) === undefined) {
      const known = this.#marks.get(event.conversationId)
      if ((known?.unreadVersion ?? 0) < event.unreadVersion) this.#marks.set(event.conversationId, event)
      return
    }
    reading.marked(event)
    list.change(event.conversationId, (entry) => afterUnread(entry, event))
  }

  #takeMark(conversationId: string): void {
    const mark = this.#marks.get(conversationId)
    this.#marks.delete(conversationId)
    if (mark !== undefined) this.#unread(mark)
  }

  /** Unless one is back already: the news of that comes another way, and may come first. */
  #ownLeaving(event: OwnLeaving): void {
    const entry = this.deps.list.find(event.conversationId)
    // Without an entry it is one's own doing, answered before this came: the rest of it goes now.
    if (entry === undefined || event.seq > entry.lastSeq) this.missing(event.conversationId)
  }

  #live(event: LogEvent): void {
    const outcome = this.deps.timelines.receive(event)
    if (outcome === 'ahead') this.deps.filler.fill(event.conversationId)
    if (outcome !== 'applied') return
    this.#spread(event)
    const { me, filler } = this.deps
    if (event.actorId !== me.id && !filler.isBusy(event.conversationId)) this.stored(event.conversationId)
  }

  #spread(event: LogEvent): void {
    const { me, people, list, members, outbox, typists } = this.deps
    list.change(event.conversationId, (entry) => afterEvent(entry, event, me))
    members.receive(event)
    if (event.type === 'joined') people.learn([event.user])
    if (event.type !== 'message') return
    typists.stopped(event.conversationId, event.actorId)
    if (event.message.senderId === me.id) outbox.seen([event.message.id])
  }
}
