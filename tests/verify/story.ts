import type { Recorded } from '../../verify/check'
import { fingerprintOfRow } from '../../verify/fingerprint'
import type { Entry } from '../../verify/history'
import { C, type EventRow, Logged, type MessageRow, there } from './logged'

interface Device {
  device: string
  userId: string
  socket: number
  /** The frames it gets, and what it applies. */
  follows: boolean
}

/**
 * A history made by hand, in which all went well until a test says otherwise: every method does one thing to the database and
 * lets everybody see it. People are called by name, devices `name/1`; ids of messages are `m1`, `m2`, …; each step takes 10 ms.
 */
export class Story extends Logged {
  readonly entries: Entry[] = []
  readonly #devices: Device[] = []
  #at = 0

  /** The next moment. */
  now(): number {
    this.#at += 10
    return this.#at
  }

  /** A device comes, and follows if its person is a member. */
  opens(device: string): this {
    const seen = seenBy(device)
    this.entries.push({ kind: 'device', ...seen, at: this.now(), state: 'opened', owes: [] })
    const opened = { ...seen, socket: 0, follows: false }
    this.#devices.push(opened)
    return this.syncs(device)
  }

  /** On a new socket. */
  syncs(device: string): this {
    const it = this.#device(device)
    const isMember = this.isMember(it.userId)
    it.socket += 1
    const heads = isMember ? [{ conversationId: C, seq: this.conversation.lastSeq }] : []
    this.frame(device, { type: 'sync', conversationId: null, heads })
    if (isMember && !it.follows) this.reset(device, this.conversation.lastSeq)
    it.follows = isMember
    return this
  }

  /** Writes, sends, is answered, and everybody sees it. Answers with the message's id. */
  sends(device: string, body = `text ${this.conversation.lastNumber + 1}`): string {
    const id = this.writes(device, body)
    const startedAt = this.now()
    const row = this.stores(device, id, body)
    this.answers(device, { id, body, startedAt, seq: row.seq, number: row.number })
    return id
  }

  writes(device: string, body: string): string {
    const id = `m${this.entries.filter(({ kind }) => kind === 'write').length + 1}`
    this.entries.push({ kind: 'write', ...seenBy(device), at: this.now(), conversationId: C, id, body })
    return id
  }

  /** The database takes it, and everybody who follows sees it. */
  stores(device: string, id: string, body: string): MessageRow {
    const { userId: senderId } = seenBy(device)
    this.conversation.lastNumber += 1
    const row = this.log('sent', senderId, id)
    const { seq } = row
    const message = { id, conversationId: C, number: this.conversation.lastNumber, seq, senderId, body }
    const stored = { ...message, deleted: false, edited: false }
    this.database.messages.push(stored)
    this.tell(row)
    return stored
  }

  answers(
    device: string,
    sent: { id: string; body: string; startedAt: number; seq: number; number: number },
  ): void {
    const span = { startedAt: sent.startedAt, endedAt: this.now() }
    const answer = { ...seenBy(device), conversationId: C, status: 200 }
    this.entries.push({ kind: 'send', ...answer, ...sent, ...span, outcome: 'ok' })
  }

  /** An attempt that came to nothing: refused with a status, or without anybody knowing. */
  fails(device: string, failed: { id: string; body: string; status: number | null }): void {
    const span = { startedAt: this.now(), endedAt: this.now() }
    const outcome = failed.status !== null && failed.status < 500 ? 'refused' : 'unknown'
    const nothing = { conversationId: C, seq: null, number: null }
    this.entries.push({ kind: 'send', ...seenBy(device), ...failed, ...span, ...nothing, outcome })
  }

  edits(id: string, body: string): this {
    const row = this.message(id)
    Object.assign(row, { body, edited: true })
    this.tell(this.log('edited', row.senderId, id))
    return this
  }

  deletes(id: string): this {
    const row = this.message(id)
    Object.assign(row, { body: '', deleted: true })
    this.tell(this.log('deleted', row.senderId, id))
    return this
  }

  /** By `actor`, whose call is answered; their devices follow from here on. */
  adds(userId: string, actor: string): this {
    const startedAt = this.now()
    const row = this.log('joined', actor, userId)
    this.admit(userId, row.seq)
    this.tell(row)
    for (const it of this.#devices)
      if (it.userId === userId) {
        const heads = [{ conversationId: C, seq: row.seq }]
        this.frame(it.device, { type: 'conversation', conversationId: C, heads })
        this.reset(it.device, row.seq)
        it.follows = true
      }
    this.asks(`${actor}/1`, { path: 'conversations.addMembers', subjectIds: [userId], startedAt })
    return this
  }

  /** By `actor`, whose call is answered; their devices are told, and let go of it. */
  removes(userId: string, actor: string): this {
    const startedAt = this.now()
    const row = this.log('left', actor, userId)
    const member = this.database.members.find((one) => one.userId === userId)
    if (member !== undefined) member.leftSeq = row.seq
    this.tell(row)
    for (const it of this.#devices)
      if (it.userId === userId) {
        this.reset(it.device, null)
        it.follows = false
      }
    this.asks(`${actor}/1`, { path: 'conversations.removeMember', subjectIds: [userId], startedAt })
    return this
  }

  /** A call that was answered well. `head`: the seq it was answered with. */
  asks(
    device: string,
    call: { path: string; startedAt?: number; subjectIds?: string[]; head?: number },
  ): this {
    const { path, subjectIds = [], head, startedAt = this.now() } = call
    const heads = head === undefined ? [] : [{ conversationId: C, seq: head }]
    const span = { startedAt, endedAt: this.now() }
    const answer = { conversationId: C, subjectIds, ok: true, status: 200, sentence: null, heads }
    this.entries.push({ kind: 'answer', ...seenBy(device), path, ...span, ...answer })
    return this
  }

  /** All devices that follow get the event and apply it; one's own leaving is not applied. */
  tell(row: EventRow): void {
    for (const { device, userId, follows } of this.#devices) {
      if (!follows) continue
      this.live(device, row)
      if (row.kind !== 'left' || row.subjectId !== userId) this.applies(device, row)
    }
  }

  live(device: string, row: Pick<EventRow, 'seq' | 'kind' | 'subjectId'>): void {
    const { seq, kind, subjectId } = row
    const isMembership = kind === 'joined' || kind === 'left'
    const type = isMembership ? kind : 'message'
    this.frame(device, { type, seq, what: fingerprintOfRow(row), subjectId: isMembership ? subjectId : null })
  }

  applies(device: string, row: Pick<EventRow, 'seq' | 'kind' | 'subjectId'>): void {
    const what = fingerprintOfRow(row)
    this.entries.push({
      kind: 'applied',
      ...seenBy(device),
      at: this.now(),
      conversationId: C,
      seq: row.seq,
      what,
    })
  }

  reset(device: string, held: number | null, skipped = false): void {
    this.entries.push({ kind: 'reset', ...seenBy(device), at: this.now(), conversationId: C, held, skipped })
  }

  frame(device: string, some: Partial<Extract<Entry, { kind: 'frame' }>>): void {
    const { socket } = this.#device(device)
    const nothing = { type: 'typing', heads: [], seq: null, what: null, subjectId: null }
    this.entries.push({
      ...{ kind: 'frame', ...seenBy(device), at: this.now(), socket, conversationId: C, ...nothing },
      ...some,
    })
  }

  looks(userId: string, cursors: { delivered: number; read: number; head?: number }): this {
    const { head = this.conversation.lastSeq, ...moved } = cursors
    const row = { conversationId: C, userId, joinedSeq: 1, ...moved, head }
    this.entries.push({ kind: 'cursor', at: this.now(), ...row })
    return this
  }

  closes(device: string, owes: string[] = []): this {
    const index = this.#devices.findIndex((one) => one.device === device)
    this.#devices.splice(index, 1)
    this.entries.push({ kind: 'device', ...seenBy(device), at: this.now(), state: 'closed', owes })
    return this
  }

  /** Every device that is open shows all it has. */
  ends(owes: Record<string, string[]> = {}): this {
    for (const { device, userId, follows } of this.#devices) {
      const seen = { device, userId }
      this.entries.push({ kind: 'device', ...seen, at: this.now(), state: 'end', owes: owes[device] ?? [] })
      if (!follows) continue
      const { lastSeq: held, lastNumber } = this.conversation
      const messages = this.database.messages.map(({ id, number, seq, senderId, body, deleted }) => ({
        ...{ id, number, seq, senderId, body, deleted },
      }))
      const window = { from: 1, to: lastNumber, lastNumber, messages }
      this.entries.push({ kind: 'final', ...seen, conversationId: C, held, ...window })
    }
    return this
  }

  /** The only entry, or the first, of this kind that `which` is true for: to be changed. */
  entry<K extends Entry['kind']>(
    kind: K,
    which: (entry: Extract<Entry, { kind: K }>) => boolean = () => true,
  ) {
    const ofKind = this.entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind)
    return there(ofKind.find(which))
  }

  remove(entry: Entry): void {
    this.entries.splice(this.entries.indexOf(entry), 1)
  }

  get recorded(): Recorded {
    return { entries: this.entries, database: this.database }
  }

  #device(device: string): Device {
    return there(this.#devices.find((one) => one.device === device))
  }
}

/** Two members with a device each, and three messages between them. */
export function conversation(): Story {
  const story = new Story('ada', 'ben').opens('ada/1').opens('ben/1')
  story.sends('ada/1')
  story.sends('ben/1')
  story.sends('ada/1')
  return story
}

function seenBy(device: string): { device: string; userId: string } {
  return { device, userId: device.split('/')[0] ?? device }
}
