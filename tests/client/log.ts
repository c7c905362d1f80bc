import fc from 'fast-check'
import type { ConversationEvent } from '../../src/conversations/schema'
import type { HistoryPage } from '../../src/messages/queries'
import type { Message } from '../../src/messages/schema'
import type { EventRange, LogEvent } from '../../src/sync/schema'

export type Change = { kind: 'send' } | { kind: 'edit' | 'delete'; which: number } | { kind: 'note' }

/** Any history of a conversation. */
export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Change>({ kind: 'send' }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('edit' as const, 'delete' as const), which: fc.nat() }),
    },
    { weight: 1, arbitrary: fc.constant<Change>({ kind: 'note' }) },
  ),
  { minLength: 1, maxLength: 40, size: 'max' },
)

/** What the server would say about one conversation, at any moment of its history. */
export class Log {
  readonly id: string
  readonly events: LogEvent[] = []
  readonly #at: string
  readonly #versions: Message[][] = [[]]

  constructor(history: readonly Change[], { id = 'c', day = 1 }: { id?: string; day?: number } = {}) {
    this.id = id
    this.#at = `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`
    for (const change of history) this.#add(change)
  }

  get head(): number {
    return this.events.length
  }

  /** All messages as they were when the head was `at`. */
  messages(at = this.head): Message[] {
    return this.#versions[at] ?? []
  }

  notes(at = this.head): ConversationEvent[] {
    return this.events.slice(0, at).filter((event) => event.type !== 'message')
  }

  /** `messages.history`, asked when the head was `at`. */
  page(
    at: number,
    { before, after, around, limit }: { before?: number; after?: number; around?: number; limit: number },
  ) {
    const all = this.messages(at)
    const first = around !== undefined ? Math.max(0, around - 1 - Math.floor(limit / 2)) : null
    const messages =
      first !== null
        ? all.slice(first, first + limit)
        : after !== undefined
          ? all.slice(after, after + limit)
          : all.slice(0, before === undefined ? undefined : before - 1).slice(-limit)
    const isWhole = before === undefined && after === undefined
    return {
      messages,
      events: this.#between(at, messages, isWhole),
      head: { seq: at, number: all.length },
    } satisfies HistoryPage
  }

  /** `sync.range`, asked when the head was `at`: things as they were then. */
  range(at: number, after: number, limit: number): EventRange {
    const now = this.messages(at)
    const events = this.events.slice(after, Math.min(at, after + limit)).map((event): LogEvent => {
      if (event.type !== 'message') return event
      return { ...event, message: now[event.message.number - 1] ?? event.message }
    })
    const upTo = events.at(-1)?.seq ?? after
    return { events, from: 1, upTo, head: at, hasMore: upTo < at }
  }

  #between(at: number, messages: Message[], isWhole: boolean): ConversationEvent[] {
    const [first] = messages
    const last = messages.at(-1)
    if (first === undefined || last === undefined) return isWhole ? this.notes(at) : []
    const from = first.number === 1 ? 1 : first.seq
    const next = this.messages(at)[last.number]?.seq ?? at + 1
    return this.notes(at).filter(({ seq }) => seq >= from && seq < next)
  }

  add(change: Change): LogEvent {
    this.#add(change)
    const event = this.events.at(-1)
    if (event === undefined) throw new Error('nothing was added')
    return event
  }

  #add(change: Change): void {
    const messages = this.messages()
    const seq = this.head + 1
    const place = { conversationId: this.id, seq, actorId: 'u', at: this.#at }
    if (change.kind === 'note' || (change.kind !== 'send' && messages.length === 0)) {
      this.#versions.push(messages)
      this.events.push({ ...place, type: 'renamed', name: `n${seq}` })
      return
    }
    const message =
      change.kind === 'send' ? this.#sent(messages.length + 1, seq) : this.#changed(change, messages, seq)
    this.#versions.push(
      message.number > messages.length ? [...messages, message] : messages.with(message.number - 1, message),
    )
    this.events.push({ ...place, type: 'message', message })
  }

  #sent(number: number, seq: number): Message {
    return {
      id: `${this.id}${number}`,
      conversationId: this.id,
      seq,
      number,
      senderId: 'u',
      body: `${number}`,
      createdAt: this.#at,
      editedAt: null,
      deletedAt: null,
      changedSeq: seq,
    }
  }

  #changed(
    { kind, which }: { kind: 'edit' | 'delete'; which: number },
    messages: Message[],
    seq: number,
  ): Message {
    const before = messages[which % messages.length]
    if (before === undefined) throw new Error('nothing to change')
    const at = '2026-11-23T09:01:00.000Z'
    if (kind === 'delete') return { ...before, body: '', deletedAt: at, changedSeq: seq }
    return { ...before, body: `${before.body}*`, editedAt: at, changedSeq: seq }
  }
}
