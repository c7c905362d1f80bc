import { createStore } from 'zustand/vanilla'
import type { User } from '../../src/accounts/schema'
import type { Member } from '../../src/conversations/schema'
import type { ReceiptEvent } from '../../src/receipts/schema'
import type { LogEvent } from '../../src/sync/schema'
import type { Caches } from '../lib/trpc'
import { type Cursors, noCursors, withCursorsOf, withEvent, withMembers, withReceipt } from './cursors'

/** Who is in each conversation (in react-query, under `conversations.members`) and how far they are (here). */
export class MemberLists {
  readonly #dropped = new Set<string>()
  readonly store = createStore<{ byId: Readonly<Record<string, Cursors>> }>(() => ({ byId: {} }))

  constructor(
    readonly caches: Caches,
    readonly me: User,
    readonly read: (conversationId: string) => Promise<Member[]>,
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

  /** Whoever comes back later has not heard what happened meanwhile. */
  drop(conversationId: string): void {
    const { [conversationId]: _gone, ...byId } = this.store.getState().byId
    this.store.setState({ byId })
    void this.caches.conversations.members.reset({ conversationId })
    this.#dropped.add(conversationId)
  }

  /**
   * Its log is told from here on. Who was in it before may have been answered earlier still; and after a time outside, a
   * question that is on its way may still be refused.
   */
  followed(conversationId: string): void {
    const { members } = this.caches.conversations
    if (this.#dropped.delete(conversationId)) void members.reset({ conversationId })
    else void members.invalidate({ conversationId })
  }

  /**
   * Nobody was told of cursors that moved while there was no connection. Those on screen are asked for again, the others
   * when they come on screen; who came and went, the log tells.
   */
  returned(onScreen: readonly string[]): void {
    for (const conversationId of Object.keys(this.store.getState().byId))
      if (!onScreen.includes(conversationId)) void this.caches.conversations.members.reset({ conversationId })
    for (const conversationId of onScreen)
      if (this.cursors(conversationId).complete) void this.#readAgain(conversationId)
      else void this.caches.conversations.members.invalidate({ conversationId })
  }

  async startAfresh(): Promise<void> {
    this.store.setState({ byId: {} })
    await this.caches.conversations.members.reset()
  }

  async #readAgain(conversationId: string): Promise<void> {
    try {
      const members = await this.read(conversationId)
      this.#change(conversationId, (cursors) => withCursorsOf(cursors, members, this.me.id))
    } catch {
      // The next connection asks again, and everybody tells of themselves with their next step.
    }
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
