import { describe, expect, test } from 'bun:test'
import { mergeList } from '../../client/conversations/conversations'
import {
  type Cursors,
  noCursors,
  withEvent,
  withMembers,
  withReceipt,
} from '../../client/conversations/cursors'
import {
  afterEvent,
  afterHead,
  afterReading,
  afterReceipt,
  afterUnread,
  byPlace,
  newerOf,
  titleOf,
} from '../../client/conversations/list'
import { membersAfter } from '../../client/conversations/member-list'
import type { User } from '../../src/accounts/schema'
import type { Conversation, Member } from '../../src/conversations/schema'
import { VERSIONS_PER_SEQ } from '../../src/lib/limits'
import type { LogEvent } from '../../src/sync/schema'

const me: User = { id: 'ada', username: 'ada', displayName: 'Ada', role: 'member' }
const bob = { id: 'bob', username: 'bob', displayName: 'Bob' }

describe('an entry of the list', () => {
  test('counts what others send, not what is edited', () => {
    const sent = afterEvent(entry(), said({ seq: 6, number: 4, by: 'bob' }), me)
    expect(sent).toMatchObject({ lastSeq: 6, lastNumber: 4, unread: 1 })
    expect(afterEvent(sent, said({ seq: 7, number: 2, by: 'bob', sentAt: 3 }), me).unread).toBe(1)
  })

  test('one’s own message is read, and all above it', () => {
    const behind = afterEvent(entry(), said({ seq: 6, number: 4, by: 'bob' }), me)
    expect(afterEvent(behind, said({ seq: 7, number: 5, by: 'ada' }), me)).toMatchObject({
      unread: 0,
      readNumber: 5,
    })
  })

  test('an event applied twice changes nothing', () => {
    const events: LogEvent[] = [
      said({ seq: 6, number: 4, by: 'bob' }),
      { ...place(7), type: 'joined', user: bob, role: 'member' },
      { ...place(8), type: 'renamed', name: 'new' },
    ]
    const once = events.reduce((known, event) => afterEvent(known, event, me), entry())
    expect(once).toMatchObject({ memberCount: 3, name: 'new', lastSeq: 8 })
    expect(events.reduce((known, event) => afterEvent(known, event, me), once)).toBe(once)
  })

  test('reading on another device counts here, and never back', () => {
    const behind = afterHead(entry(), { number: 9 })
    expect(behind.unread).toBe(6)
    const read = afterReceipt(behind, receipt({ delivered: 9, read: 9, readNumber: 9 }))
    expect(read.unread).toBe(0)
    expect(afterReceipt(read, receipt({ delivered: 6, read: 6, readNumber: 6 }))).toBe(read)
  })

  test('what is read here is not unread again for an answer that knows nothing of it yet', () => {
    const known = marked(entry(), { unreadFrom: 2, unreadVersion: 1 })
    expect(known.unread).toBe(2)
    const read = afterReading(known, { seq: 5, number: 3 })
    expect(read).toMatchObject({ unread: 0, unreadFrom: null })
    expect(newerOf(read, known)).toEqual(read)
    expect(marked(read, { unreadFrom: 2, unreadVersion: 1 })).toBe(read)
    expect(marked(read, { unreadFrom: 3, unreadVersion: 2 }).unread).toBe(1)
  })

  test('one’s own message clears the marks before it, and none after', () => {
    const before = marked(entry(), { unreadFrom: 2, unreadVersion: 1 })
    const mine = said({ seq: 6, number: 4, by: 'ada' })
    expect(afterEvent(before, mine, me)).toMatchObject({ unread: 0, unreadFrom: null })
    const after = marked(entry(), { unreadFrom: 2, unreadVersion: 6 * VERSIONS_PER_SEQ + 1 })
    expect(afterEvent(after, mine, me)).toMatchObject({ unread: 3, unreadFrom: 2 })
  })

  test('an answer that is older than what came since takes nothing back', () => {
    const known = afterEvent(entry(), { ...place(6), type: 'renamed', name: 'new' }, me)
    expect(newerOf(known, entry())).toMatchObject({ name: 'new', lastSeq: 6 })
    const merged = mergeList({ conversations: [known] }, { conversations: [entry(), entry({ id: 'd' })] })
    expect(merged).toEqual({ conversations: [known, entry({ id: 'd' })] })
    expect(mergeList(merged, { conversations: [entry(), entry({ id: 'd' })] })).toBe(merged)
  })

  test('channels stand by name, then direct conversations, the latest first', () => {
    const at = (day: number) => `2026-11-${day}T00:00:00.000Z`
    const listed = [
      { ...entry({ id: '1', kind: 'direct', lastMessageAt: at(20) }), title: 'Bob' },
      { ...entry({ id: '2', name: 'zoo' }), title: 'zoo' },
      { ...entry({ id: '3', kind: 'direct', lastMessageAt: at(21) }), title: 'Carl' },
      { ...entry({ id: '4', name: 'art' }), title: 'art' },
    ]
    expect(listed.sort(byPlace).map(({ title }) => title)).toEqual(['art', 'zoo', 'Carl', 'Bob'])
  })

  test('a direct conversation is called after the others in it', () => {
    expect(titleOf(entry({ kind: 'direct', name: null, people: [me, bob] }), me)).toBe('Bob')
    expect(titleOf(entry({ kind: 'direct', name: null, people: [me] }), me)).toBe('Ada (you)')
  })
})

describe('cursors', () => {
  test('say what everybody has, once the members are known', () => {
    const early = withReceipt(noCursors, from('bob', 4, 2), me.id)
    expect(early.everybody).toEqual({ delivered: 0, read: 0 })
    const known = withMembers(early, [member('ada', 9), member('bob', 1), member('carl', 3)], me.id)
    expect(known.everybody).toEqual({ delivered: 3, read: 2 })
  })

  test('only move forward, whatever comes late and whoever joins', () => {
    let cursors: Cursors = withMembers(noCursors, [member('bob', 5)], me.id)
    const seen = [cursors.everybody]
    for (const step of [
      (known: Cursors) => withReceipt(known, from('bob', 2, 1), me.id),
      (known: Cursors) =>
        withEvent(known, { ...place(9), type: 'joined', user: person('carl'), role: 'member' }, me.id),
      (known: Cursors) => withMembers(known, [member('bob', 0), member('dora', 9)], me.id),
      (known: Cursors) => withReceipt(known, from('bob', 9, 9), me.id),
    ]) {
      cursors = step(cursors)
      seen.push(cursors.everybody)
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a.read - b.read || a.delivered - b.delivered))
  })

  test('whoever answers has read what they answer', () => {
    const cursors = withMembers(noCursors, [member('bob', 1)], me.id)
    expect(withEvent(cursors, said({ seq: 6, number: 4, by: 'bob' }), me.id).everybody).toEqual({
      delivered: 6,
      read: 6,
    })
  })

  test('somebody who has left holds nothing back', () => {
    const cursors = withMembers(noCursors, [member('bob', 1), member('carl', 8)], me.id)
    const left = withEvent(cursors, { ...place(9), type: 'left', userId: 'bob' }, me.id)
    expect(left.everybody).toEqual({ delivered: 8, read: 8 })
  })
})

test('the members follow who comes, goes and rises', () => {
  const joined = membersAfter([member('ada', 1)], { ...place(2), type: 'joined', user: bob, role: 'member' })
  const raised = membersAfter(joined, { ...place(3), type: 'role', userId: 'bob', role: 'owner' })
  expect(raised.map(({ user, role }) => [user.id, role])).toEqual([
    ['ada', 'member'],
    ['bob', 'owner'],
  ])
  expect(membersAfter(raised, { ...place(4), type: 'left', userId: 'ada' })).toHaveLength(1)
})

function entry(part: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c',
    kind: 'private',
    name: 'old',
    createdAt: '2026-11-01T00:00:00.000Z',
    role: 'member',
    memberCount: 2,
    people: [],
    lastSeq: 5,
    lastNumber: 3,
    lastMessageAt: null,
    deliveredSeq: 5,
    readSeq: 5,
    readNumber: 3,
    unreadFrom: null,
    unreadVersion: 0,
    unread: 0,
    ...part,
  }
}

function place(seq: number) {
  return { conversationId: 'c', seq, actorId: 'bob', at: '2026-11-23T09:00:00.000Z' }
}

function said({
  seq,
  number,
  by,
  sentAt = seq,
}: {
  seq: number
  number: number
  by: string
  sentAt?: number
}): LogEvent {
  const times = { createdAt: '2026-11-23T09:00:00.000Z', editedAt: null, deletedAt: null }
  const message = {
    id: `m${number}`,
    conversationId: 'c',
    seq: sentAt,
    number,
    senderId: by,
    body: 'x',
    changedSeq: seq,
  }
  return { ...place(seq), actorId: by, type: 'message', message: { ...message, ...times } }
}

function marked(known: Conversation, mark: { unreadFrom: number; unreadVersion: number }): Conversation {
  return afterUnread(known, { type: 'unread', conversationId: known.id, ...mark })
}

function receipt(cursor: { delivered: number; read: number; readNumber: number }) {
  return { type: 'receipt' as const, conversationId: 'c', userId: me.id, ...cursor }
}

function from(userId: string, delivered: number, read: number) {
  return { type: 'receipt' as const, conversationId: 'c', userId, delivered, read, readNumber: read }
}

function person(id: string) {
  return { id, username: id, displayName: id }
}

function member(id: string, seq: number): Member {
  return { user: person(id), role: 'member', delivered: seq, read: seq }
}
