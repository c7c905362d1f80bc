import type { ConversationEvent } from '../../src/conversations/schema'
import type { Message } from '../../src/messages/schema'
import type { Cursor } from '../conversations/cursors'
import { localDay } from './days'
import type { MessageState, ShownMessage, TimelineItem } from './items'
import type { Pending } from './outbox-state'
import { hasNewer, type Timeline } from './timeline'

export interface ItemsInput {
  timeline: Timeline
  /** One's own messages of this conversation that are not in the log, in the order of writing. */
  pending: readonly Pending[]
  /** What all the others have; null when there are no others, so that what is sent is read. */
  everybody: Cursor | null
  /** The last number that was read when the conversation was opened; null: everything. */
  readNumber: number | null
  /** Whether it was marked as unread: only then one's own message may be the first of what is new. */
  marked: boolean
}

export interface Items {
  items: TimelineItem[]
  firstUnreadKey: string | null
}

/** Messages of one author no farther apart than this are one group. */
const GROUP_MS = 5 * 60_000

/** Draws timelines of one person. An item that did not change since the last call is the same object again. */
export function createItemBuilder(me: string): (input: ItemsInput) => Items {
  const days = new WeakMap<Line, string>()
  let before = new Map<string, TimelineItem>()

  return (input) => {
    const items: TimelineItem[] = []
    let firstUnreadKey: string | null = null
    let day = ''
    let above: ShownMessage | null = null
    for (const line of linesOf(input)) {
      const at = timeOf(line)
      const date = days.get(line) ?? localDay(at)
      days.set(line, date)
      // Only ever on: clocks that go back, the sender's or the server's, make no second Monday.
      if (date > day) {
        day = date
        items.push({ key: `day ${date}`, kind: 'day', date })
        above = null
      }
      if ('type' in line) {
        items.push({ key: `note ${line.seq}`, kind: 'note', event: line })
        above = null
        continue
      }
      const message = show(line, me, input.everybody)
      if (firstUnreadKey === null && isUnread(message, input)) {
        firstUnreadKey = message.id
        items.push({ key: 'new', kind: 'new' })
        above = null
      }
      items.push({ key: message.id, kind: 'message', message, first: !isGrouped(above, message) })
      above = message
    }
    const shared = items.map((item) => sameAs(before.get(item.key), item))
    before = new Map(shared.map((item) => [item.key, item]))
    return { items: shared, firstUnreadKey }
  }
}

type Line = Message | ConversationEvent | Pending

/** The log's part by seq, then what is still pending; a message that is in both is drawn where the log has it. */
function linesOf({ timeline, pending }: ItemsInput): Line[] {
  const { messages, notes } = timeline
  const lines: Line[] = []
  let note = 0
  for (const message of messages) {
    for (let next = notes[note]; next !== undefined && next.seq < message.seq; next = notes[++note])
      lines.push(next)
    if (message.deletedAt === null) lines.push(message)
  }
  lines.push(...notes.slice(note))
  if (hasNewer(timeline)) return lines
  const oldest = messages[0]?.number ?? Number.POSITIVE_INFINITY
  const isInLog = ({ id, sent }: Pending) =>
    sent !== null && sent.number >= oldest
      ? messages[sent.number - oldest]?.id === id
      : messages.some((message) => message.id === id)
  return [...lines, ...pending.filter((message) => !isInLog(message)).sort(byPlace)]
}

/** Those with a place of their own before those without; else in the order of writing. */
function byPlace(a: Pending, b: Pending): number {
  if (a.sent === null || b.sent === null) return Number(a.sent === null) - Number(b.sent === null)
  return a.sent.number - b.sent.number
}

function timeOf(line: Line): number {
  if ('type' in line) return Date.parse(line.at)
  if ('createdAt' in line) return Date.parse(line.createdAt)
  return line.sent === null ? line.since : Date.parse(line.sent.createdAt)
}

function show(line: Message | Pending, me: string, everybody: Cursor | null): ShownMessage {
  if ('createdAt' in line) {
    const { id, senderId, body, createdAt, editedAt, number, seq } = line
    const mine = senderId === me
    const state = mine ? stateOf(seq, everybody) : null
    return { id, senderId, body, createdAt, editedAt, number, seq, mine, state, since: 0, failure: null }
  }
  const { id, body, sent, since, failure } = line
  const state = sent === null ? line.state : stateOf(sent.seq, everybody)
  const createdAt = sent?.createdAt ?? new Date(since).toISOString()
  const place = { number: sent?.number ?? null, seq: sent?.seq ?? null }
  return { id, senderId: me, body, createdAt, editedAt: null, ...place, mine: true, state, since, failure }
}

function stateOf(seq: number, everybody: Cursor | null): MessageState {
  if (everybody === null || seq <= everybody.read) return 'read'
  return seq <= everybody.delivered ? 'delivered' : 'sent'
}

function isUnread({ mine, number }: ShownMessage, { readNumber, marked }: ItemsInput): boolean {
  return readNumber !== null && number !== null && number > readNumber && (marked || !mine)
}

function isGrouped(above: ShownMessage | null, message: ShownMessage): boolean {
  if (above?.senderId !== message.senderId) return false
  return Math.abs(Date.parse(message.createdAt) - Date.parse(above.createdAt)) <= GROUP_MS
}

function sameAs(before: TimelineItem | undefined, item: TimelineItem): TimelineItem {
  if (before === undefined || before.kind !== item.kind) return item
  if (before.kind === 'message' && item.kind === 'message')
    return before.first === item.first && isSame(before.message, item.message) ? before : item
  if (before.kind === 'note' && item.kind === 'note') return before.event === item.event ? before : item
  return before
}

function isSame(a: ShownMessage, b: ShownMessage): boolean {
  return (
    a.body === b.body &&
    a.state === b.state &&
    a.seq === b.seq &&
    a.number === b.number &&
    a.createdAt === b.createdAt &&
    a.editedAt === b.editedAt &&
    a.since === b.since &&
    a.failure?.sentence === b.failure?.sentence
  )
}
