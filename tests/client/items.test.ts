import { describe, expect, test } from 'bun:test'
import { createItemBuilder, type ItemsInput } from '../../client/messages/build-items'
import type { Pending } from '../../client/messages/outbox-state'
import { applyEvent, emptyTimeline, type Timeline } from '../../client/messages/timeline'
import { keepOldest } from '../../client/messages/window'
import type { ConversationEvent } from '../../src/conversations/schema'
import type { Message } from '../../src/messages/schema'

const NOBODY_ELSE = { delivered: 0, read: 0 }

describe('the drawn timeline', () => {
  test('groups what one author says within five minutes', () => {
    const { items } = draw({ timeline: log(at('09:00'), at('09:04'), at('09:09:01'), at('09:10', 'bob')) })
    expect(items.flatMap((item) => (item.kind === 'message' ? [item.first] : []))).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('parts days at local midnight, once each, and begins a group anew', () => {
    const timeline = log(at('23:58'), { createdAt: local('2026-11-24', '00:01') }, at('23:59'))
    const { items } = draw({ timeline })
    expect(items.map((item) => item.key)).toEqual(['day 2026-11-23', 'm1', 'day 2026-11-24', 'm2', 'm3'])
    expect(items[3]).toMatchObject({ kind: 'message', first: true })
  })

  test('draws no deleted message, and notes where they happened', () => {
    const note: ConversationEvent = { ...place(2), type: 'renamed', name: 'new' }
    const timeline = [
      message(1, 1),
      note,
      message(2, 3, { deletedAt: iso('09:05'), body: '' }),
      message(3, 4),
    ].reduce(applied, emptyTimeline(0, 0))
    expect(draw({ timeline }).items.map(({ key }) => key)).toEqual(['day 2026-11-23', 'm1', 'note 2', 'm3'])
  })

  test('has the divider above the first unread message of somebody else that is not deleted', () => {
    const timeline = log(at('09:00', 'bob'), at('09:01', 'bob', true), at('09:02', 'bob'), at('09:03', 'bob'))
    const { items, firstUnreadKey } = draw({ timeline, readNumber: 1 })
    expect(items.map(({ key }) => key)).toEqual(['day 2026-11-23', 'm1', 'new', 'm3', 'm4'])
    expect(firstUnreadKey).toBe('m3')
    expect(items[3]).toMatchObject({ first: true })
  })

  test('keeps the divider where it is while more comes', () => {
    const build = createItemBuilder('ada')
    const before = build(input({ timeline: log(at('09:00', 'bob'), at('09:01', 'bob')), readNumber: 1 }))
    const longer = log(at('09:00', 'bob'), at('09:01', 'bob'), at('09:02', 'ada'), at('09:03', 'bob'))
    const after = build(input({ timeline: longer, readNumber: 1 }))
    expect(after.items.slice(0, before.items.length)).toEqual(before.items)
  })

  test('gives an item that did not change as the same object', () => {
    const build = createItemBuilder('ada')
    const before = build(input({ timeline: log(at('09:00'), at('09:01')) }))
    const after = build(
      input({ timeline: log(at('09:00'), at('09:01'), at('09:02')), everybody: { delivered: 1, read: 0 } }),
    )
    expect(after.items[0]).toBe(before.items[0])
    expect(after.items[1]).not.toBe(before.items[1])
    expect(after.items[2]).toBe(before.items[2])
  })

  test('shows how far the others are: sent, delivered, read', () => {
    const { items } = draw({
      timeline: log(at('09:00'), at('09:01'), at('09:02')),
      everybody: { delivered: 2, read: 1 },
    })
    expect(states(items)).toEqual(['read', 'delivered', 'sent'])
  })

  test('alone, what is sent is read', () => {
    expect(states(draw({ timeline: log(at('09:00')), everybody: null }).items)).toEqual(['read'])
  })

  test('shows no state for what somebody else wrote', () => {
    expect(states(draw({ timeline: log(at('09:00', 'bob')) }).items)).toEqual([null])
  })

  test('draws what is pending at the end, answered ones by their number', () => {
    const answered = (id: string, number: number) =>
      pending(id, { state: 'sent', sent: { id, seq: number, number, createdAt: iso('09:05') } })
    const waiting = [pending('p1', { state: 'failed' }), answered('p3', 4), answered('p2', 3), pending('p4')]
    const { items } = draw({ timeline: log(at('09:00', 'bob')), pending: waiting })
    expect(items.map(({ key }) => key)).toEqual(['day 2026-11-23', 'm1', 'p2', 'p3', 'p1', 'p4'])
    expect(states(items)).toEqual([null, 'sent', 'sent', 'failed', 'queued'])
  })

  test('draws a message that is in the log and in the outbox once, under the key it always had', () => {
    const build = createItemBuilder('ada')
    const own = pending('m2', { since: Date.parse(iso('09:01')) })
    const before = build(input({ timeline: log(at('09:00')), pending: [own] }))
    const after = build(input({ timeline: log(at('09:00'), at('09:01')), pending: [own] }))
    expect(after.items.map(({ key }) => key)).toEqual(before.items.map(({ key }) => key))
  })

  test('draws nothing pending while the newest messages are out of sight', () => {
    const timeline = keepOldest(log(at('09:00'), at('09:01')), 1)
    expect(draw({ timeline, pending: [pending('p1')] }).items.map(({ key }) => key)).toEqual([
      'day 2026-11-23',
      'm1',
    ])
  })
})

function draw(partial: Partial<ItemsInput> & Pick<ItemsInput, 'timeline'>) {
  return createItemBuilder('ada')(input(partial))
}

function input(partial: Partial<ItemsInput> & Pick<ItemsInput, 'timeline'>): ItemsInput {
  return { pending: [], everybody: NOBODY_ELSE, readNumber: null, marked: false, ...partial }
}

function states(items: ReturnType<typeof draw>['items']) {
  return items.flatMap((item) => (item.kind === 'message' ? [item.message.state] : []))
}

function log(...parts: Partial<Message>[]): Timeline {
  return parts.map((part, index) => message(index + 1, index + 1, part)).reduce(applied, emptyTimeline(0, 0))
}

function applied(timeline: Timeline, entry: Message | ConversationEvent): Timeline {
  if ('type' in entry) return applyEvent(timeline, entry)
  return applyEvent(timeline, { ...place(entry.seq), type: 'message', message: entry })
}

function message(number: number, seq: number, part: Partial<Message> = {}): Message {
  return {
    id: `m${number}`,
    conversationId: 'c',
    seq,
    number,
    senderId: 'ada',
    body: `${number}`,
    createdAt: iso('09:00'),
    editedAt: null,
    deletedAt: null,
    changedSeq: seq,
    ...part,
  }
}

function pending(id: string, part: Partial<Pending> = {}): Pending {
  const message = { id, conversationId: 'c', body: id, since: Date.parse(iso('09:06')), failure: null }
  return { ...message, state: 'queued', sent: null, tries: 0, ...part }
}

function at(time: string, senderId = 'ada', isDeleted = false): Partial<Message> {
  return { createdAt: iso(time), senderId, ...(isDeleted ? { deletedAt: iso(time), body: '' } : {}) }
}

function place(seq: number) {
  return { conversationId: 'c', seq, actorId: 'ada', at: iso('09:00') }
}

function iso(time: string): string {
  return local('2026-11-23', time)
}

/** A moment of the local clock, wherever the test runs. */
function local(date: string, time: string): string {
  return new Date(`${date}T${time}`).toISOString()
}
