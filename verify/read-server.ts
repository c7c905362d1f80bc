import type { Api } from '../client/lib/trpc'
import type { Member } from '../src/conversations/schema'
import { PAGE_MAX } from '../src/lib/limits'
import type { Message } from '../src/messages/schema'
import type { LogEvent } from '../src/sync/schema'
import { insist } from './front-door'
import type { CursorEntry, DatabaseState } from './history'

/** A conversation, and the calls of somebody who is in it. */
export interface Readable {
  conversationId: string
  api: Api
}

/**
 * What the server answers to a client that knows nothing yet: its whole log, all its messages and its members. For those
 * who cannot look into the database this stands for it, as far as the server tells the truth to newcomers. What it cannot
 * say is how far those who have left had read: they are left out.
 */
export async function readServer(readables: readonly Readable[]): Promise<DatabaseState> {
  const state: DatabaseState = { conversations: [], events: [], messages: [], members: [] }
  for (const readable of readables) {
    const { conversationId } = readable
    const events = await readLog(readable)
    const { messages, head } = await readMessages(readable)
    state.conversations.push({ id: conversationId, lastSeq: head.seq, lastNumber: head.number })
    state.events.push(...events.map(toRow))
    state.messages.push(...messages.map(toMessage))
    for (const member of await readMembers(readable))
      state.members.push({
        ...{ conversationId, userId: member.user.id, delivered: member.delivered, read: member.read },
        joinedSeq: joinedAt(events, member.user.id),
        leftSeq: null,
      })
  }
  return state
}

/** One look at the cursors of everybody in a conversation. The head is asked for last, so it is never behind them. */
export async function readCursors({ conversationId, api }: Readable): Promise<Omit<CursorEntry, 'at'>[]> {
  const { members } = await api.conversations.members.query({ conversationId })
  const { head } = await api.messages.history.query({ conversationId, limit: 1 })
  return members.map(({ user, delivered, read }) => ({
    ...{ kind: 'cursor', conversationId, userId: user.id, delivered, read, head: head.seq },
    // Not told to clients; within one run, a membership that began anew only moves the cursors forward.
    joinedSeq: 0,
  }))
}

async function readLog({ conversationId, api }: Readable): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for (;;) {
    const after = events.at(-1)?.seq ?? 0
    const page = await insist((options) =>
      api.sync.range.query({ conversationId, after, limit: PAGE_MAX }, options),
    )
    events.push(...(page?.events ?? []))
    if (!page?.hasMore || page.events.length === 0) return events
  }
}

async function readMessages({ conversationId, api }: Readable) {
  const messages: Message[] = []
  for (;;) {
    const after = messages.at(-1)?.number ?? 0
    const page = await insist((options) =>
      api.messages.history.query({ conversationId, after, limit: PAGE_MAX }, options),
    )
    messages.push(...(page?.messages ?? []))
    const head = page?.head ?? { seq: 0, number: 0 }
    if (page === null || page.messages.length < PAGE_MAX) return { messages, head }
  }
}

async function readMembers({ conversationId, api }: Readable): Promise<Member[]> {
  const answer = await insist((options) => api.conversations.members.query({ conversationId }, options))
  return answer?.members ?? []
}

/** Those whom no event brought in were there from the beginning. */
function joinedAt(events: readonly LogEvent[], userId: string): number {
  const joining = events.findLast((event) => event.type === 'joined' && event.user.id === userId)
  return joining?.seq ?? 1
}

function toRow(event: LogEvent): DatabaseState['events'][number] {
  const { conversationId, seq, actorId } = event
  return { conversationId, seq, actorId, ...subjectOf(event) }
}

/** As the table of events has it. */
function subjectOf(event: LogEvent): { kind: string; subjectId: string | null } {
  switch (event.type) {
    case 'message': {
      const { id, seq, changedSeq, deletedAt } = event.message
      const change = deletedAt !== null && event.seq === changedSeq ? 'deleted' : 'edited'
      return { kind: event.seq === seq ? 'sent' : change, subjectId: id }
    }
    case 'joined':
      return { kind: event.type, subjectId: event.user.id }
    case 'left':
    case 'role':
      return { kind: event.type, subjectId: event.userId }
    case 'renamed':
    case 'created':
      return { kind: event.type, subjectId: null }
  }
}

function toMessage(message: Message): DatabaseState['messages'][number] {
  const { id, conversationId, number, seq, senderId, body, editedAt, deletedAt } = message
  return {
    ...{ id, conversationId, number, seq, senderId, body },
    edited: editedAt !== null,
    deleted: deletedAt !== null,
  }
}
