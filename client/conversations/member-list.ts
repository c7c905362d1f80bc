import { createStore } from 'zustand/vanilla'
import type { User } from '../../src/accounts/schema'
import type { Member } from '../../src/conversations/schema'
import type { ReceiptEvent } from '../../src/receipts/schema'
import type { LogEvent } from '../../src/sync/schema'
import type { Caches } from '../lib/trpc'
import { type Cursors, noCursors, withEvent, withMembers, withReceipt } from './cursors'

/** Who is in each conversation (in react-query, under `conversations.members`) and how far they are (here). */
export class MemberLists {
  readonly store = createStore<{ byId: Readonly<Record<string, Cursors>> }>(() => ({ byId: {} }))

  constructor(
    readonly caches: Caches,
    readonly me: User,
  ) {}

  cursors(conversationId: string): Cursors {
    return this.store.getState().byId[conversationId] ?? noCursors
  }

  /** The server has answered who is in it. */
  loaded(conversationId: string, members: Member[]): void {
    this.#change(conversationId, (cursors) => withMembers(cursors, members, this.me.id))
  }

  receive(event: LogEvent | ReceiptEvent): void {
    const { conversationId } = event
    this.#change(conversationId, (cursors) =>
      event.type === 'receipt'
        ? withReceipt(cursors, event, this.me.id)
        : withEvent(cursors, event, this.me.id),
    )
    if (event.type !== 'joined' && event.type !== 'left' && event.type !== 'role') return
    const { members } = this.caches.conversations
    // Not loaded: an answer that is on its way may be older than this event, so it is asked for again.
    if (members.getData({ conversationId }) === undefined) void members.invalidate({ conversationId })
    else members.setData({ conversationId }, (data) => data && { members: membersAfter(data.members, event) })
  }

  drop(conversationId: string): void {
    const { [conversationId]: _gone, ...byId } = this.store.getState().byId
    this.store.setState({ byId })
  }

  async startAfresh(): Promise<void> {
    this.store.setState({ byId: {} })
    await this.caches.conversations.members.reset()
  }

  #change(conversationId: string, change: (cursors: Cursors) => Cursors): void {
    const before = this.cursors(conversationId)
    const after = change(before)
    if (after !== before) this.store.setState(({ byId }) => ({ byId: { ...byId, [conversationId]: after } }))
  }
}

type MembershipEvent = Extract<LogEvent, { type: 'joined' | 'left' | 'role' }>

export function membersAfter(members: Member[], event: MembershipEvent): Member[] {
  switch (event.type) {
    case 'joined': {
      const member = { user: event.user, role: event.role, delivered: event.seq, read: event.seq }
      return [...members.filter(({ user }) => user.id !== event.user.id), member]
    }
    case 'left':
      return members.filter(({ user }) => user.id !== event.userId)
    case 'role':
      return members.map((member) =>
        member.user.id === event.userId ? { ...member, role: event.role } : member,
      )
  }
}
