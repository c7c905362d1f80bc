import {
  afterEvent,
  afterHead,
  afterReading,
  afterReceipt,
  afterUnread,
  newerOf,
} from '../../client/conversations/list'
import type { User } from '../../src/accounts/schema'
import type { Conversation } from '../../src/conversations/schema'
import { VERSIONS_PER_SEQ } from '../../src/lib/limits'
import type { MessageEvent } from '../../src/messages/schema'
import type { ReceiptEvent, UnreadEvent } from '../../src/receipts/schema'
import type { Head } from '../../src/sync/schema'

const me: User = { id: 'ada', username: 'ada', displayName: 'Ada', role: 'member' }
const AT = '2026-11-23T09:00:00.000Z'

type News =
  | { kind: 'receipt'; event: ReceiptEvent }
  | { kind: 'unread'; event: UnreadEvent }
  | { kind: 'head'; head: Head }
  | { kind: 'list'; entry: Conversation }

/** A reading that waits in the memory of an instance. */
interface Waiting {
  seq: number
  clears: number
}

/** What the server keeps and tells of one member of one conversation, without a database: the rules of `receipts/move.ts`. */
export class Wire {
  readonly log: MessageEvent[] = []
  /** Told on channels that keep no order with the log, nor with each other. */
  readonly news: News[] = []
  readonly #waiting: Waiting[] = []
  #entry = begin()

  get entry(): Conversation {
    return { ...this.#entry, unread: countUnread(this.#entry) }
  }

  send(senderId: string): void {
    const seq = this.#entry.lastSeq + 1
    const number = this.#entry.lastNumber + 1
    this.#entry = { ...this.#entry, lastSeq: seq, lastNumber: number, lastMessageAt: AT }
    this.#tellOf({ seq, number, senderId })
    if (senderId !== me.id) return
    const unreadVersion = Math.max(this.#entry.unreadVersion + 1, seq * VERSIONS_PER_SEQ)
    const cursors = { deliveredSeq: seq, readSeq: seq, readNumber: number }
    this.#entry = { ...this.#entry, ...cursors, unreadFrom: null, unreadVersion }
  }

  edit(which: number): void {
    const sent = this.log[which % Math.max(1, this.log.length)]
    if (sent === undefined) return
    this.#entry = { ...this.#entry, lastSeq: this.#entry.lastSeq + 1 }
    this.log.push({ ...sent, seq: this.#entry.lastSeq })
  }

  mark(unreadFrom: number): void {
    this.#entry = { ...this.#entry, unreadFrom, unreadVersion: this.#entry.unreadVersion + 1 }
    this.#tellMark()
  }

  /** Takes a reading, which is written later. */
  said(seq: number): void {
    this.#waiting.push({ seq, clears: this.#entry.unreadVersion })
  }

  flush(): void {
    for (const { seq, clears } of this.#waiting.splice(0)) {
      const { unreadFrom, unreadVersion, readSeq } = this.#entry
      if (seq > readSeq) {
        this.#entry = { ...this.#entry, deliveredSeq: seq, readSeq: seq, readNumber: this.numberAt(seq) }
        const { readNumber } = this.#entry
        const event = { conversationId: 'c', userId: me.id, delivered: seq, read: seq, readNumber }
        this.news.push({ kind: 'receipt', event: { type: 'receipt', ...event } })
      }
      if (unreadFrom === null || unreadVersion > clears) continue
      this.#entry = { ...this.#entry, unreadFrom: null, unreadVersion: unreadVersion + 1 }
      this.#tellMark()
    }
  }

  /** A subscription begins, or the list is asked for: both say how it stands, and may arrive late. */
  ask(kind: 'head' | 'list'): void {
    const { lastSeq: seq, lastNumber: number, deliveredSeq: delivered, readSeq: read, ...entry } = this.entry
    const { readNumber, unreadFrom, unreadVersion } = entry
    const cursors = { delivered, read, readNumber, unreadFrom, unreadVersion }
    if (kind === 'list') this.news.push({ kind, entry: this.entry })
    else this.news.push({ kind, head: { conversationId: 'c', seq, number, ...cursors } })
  }

  numberAt(seq: number): number {
    return Math.max(0, ...this.log.slice(0, seq).map(({ message }) => message.number))
  }

  #tellOf({ seq, number, senderId }: { seq: number; number: number; senderId: string }): void {
    const message = { id: `m${number}`, conversationId: 'c', seq, number, senderId, body: '', createdAt: AT }
    const whole = { ...message, editedAt: null, deletedAt: null, changedSeq: seq }
    this.log.push({ type: 'message', conversationId: 'c', seq, actorId: senderId, at: AT, message: whole })
  }

  #tellMark(): void {
    const { unreadFrom, unreadVersion } = this.#entry
    this.news.push({
      kind: 'unread',
      event: { type: 'unread', conversationId: 'c', unreadFrom, unreadVersion },
    })
  }
}

/** What a device knows: the log in order, everything else as it comes. */
export class Device {
  entry: Conversation | undefined = begin()
  #held = 0
  readonly #heard = new Set<News>()

  constructor(readonly wire: Wire) {}

  get shown(): Conversation {
    return this.entry ?? begin()
  }

  /** The next events of the log, some of them again. */
  follow(count: number): void {
    const from = Math.max(0, this.#held - (count % 3))
    for (const event of this.wire.log.slice(from, this.#held + count))
      this.entry = afterEvent(this.shown, event, me)
    this.#held = Math.max(this.#held, Math.min(this.wire.log.length, this.#held + count))
  }

  /** One of all the news there were, new or known. */
  hear(which: number): void {
    const told = this.wire.news[which % Math.max(1, this.wire.news.length)]
    if (told !== undefined) this.#take(told)
  }

  /** All that it has not heard yet, in an order of chance. */
  catchUp(order: (news: readonly News[]) => readonly News[]): void {
    const missed = this.wire.news.filter((news) => !this.#heard.has(news))
    const [early, late] = [order(missed), order(this.wire.news)]
    for (const news of early.slice(0, Math.ceil(early.length / 2))) this.#take(news)
    this.follow(this.wire.log.length)
    for (const news of [...early, ...late]) this.#take(news)
  }

  /** Somebody reads up to where this device follows. Answers the number, or null when there was nothing to say. */
  read(): number | null {
    const newest = this.wire.log.slice(0, this.#held).findLast(({ seq, message }) => seq === message.seq)
    if (newest === undefined) return null
    const { seq, number } = newest.message
    if (seq <= this.shown.readSeq && this.shown.unreadFrom === null) return null
    this.entry = afterReading(this.shown, { seq, number })
    this.wire.said(seq)
    return number
  }

  #take(news: News): void {
    this.#heard.add(news)
    switch (news.kind) {
      case 'receipt':
        this.entry = afterReceipt(this.shown, news.event)
        return
      case 'unread':
        this.entry = afterUnread(this.shown, news.event)
        return
      case 'head':
        this.entry = afterHead(this.shown, news.head)
        return
      case 'list':
        this.entry = newerOf(this.shown, news.entry)
    }
  }
}

function countUnread({ lastNumber, readNumber, unreadFrom }: Conversation): number {
  return Math.max(0, lastNumber - (unreadFrom === null ? readNumber : Math.min(readNumber, unreadFrom - 1)))
}

function begin(): Conversation {
  return {
    id: 'c',
    kind: 'private',
    name: 'tea',
    createdAt: AT,
    role: 'member',
    memberCount: 2,
    people: [],
    lastSeq: 0,
    lastNumber: 0,
    lastMessageAt: null,
    deliveredSeq: 0,
    readSeq: 0,
    readNumber: 0,
    unreadFrom: null,
    unreadVersion: 0,
    unread: 0,
  }
}
