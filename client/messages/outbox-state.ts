import type { Sent } from '../../src/messages/schema'

/** A message of one's own that is not in the log yet, as far as this tab knows. */
export interface Pending {
  id: string
  conversationId: string
  body: string
  /** When it was handed over, in ms since 1970. */
  since: number
  /** `queued`: not started, or the server is out of reach. `sent`: answered, its event is still to come. */
  state: 'queued' | 'sending' | 'sent' | 'failed'
  failure: { sentence: string } | null
  /** The server's answer. */
  sent: Sent | null
  /** Tries without an answer. */
  tries: number
}

/** What is kept over a reload. */
export type KeptMessage = Pick<Pending, 'id' | 'conversationId' | 'body' | 'since' | 'failure'>

export type OutboxAction =
  | { type: 'loaded'; kept: KeptMessage[] }
  | { type: 'written'; message: KeptMessage }
  | { type: 'started'; id: string; reachable: boolean }
  /** The outcome is unknown, and it will be tried again. */
  | { type: 'unanswered'; id: string; reached: boolean }
  | { type: 'answered'; id: string; sent: Sent }
  | { type: 'refused'; id: string; sentence: string }
  | { type: 'retried'; id: string }
  /** Taken back by its writer, or seen in the log. */
  | { type: 'removed'; ids: readonly string[] }

/** In the order they were written, which is the order they go out. */
export function outboxReducer(state: readonly Pending[], action: OutboxAction): readonly Pending[] {
  switch (action.type) {
    case 'loaded': {
      const here = new Set(state.map(({ id }) => id))
      const loaded = action.kept.filter(({ id }) => !here.has(id)).map(waiting)
      // Ids rise with time, and what this page has written is newer than what an earlier one left.
      return [...loaded.sort((a, b) => (a.id < b.id ? -1 : 1)), ...state]
    }
    case 'written':
      return [...state, waiting(action.message)]
    case 'started':
      return changed(state, action.id, ({ state: before, tries }) => ({
        // Once found out of reach it stays `queued` until an answer comes: no flicker at every try.
        state: action.reachable && (before !== 'queued' || tries === 0) ? 'sending' : before,
      }))
    case 'unanswered':
      return changed(state, action.id, ({ tries }) => ({
        state: action.reached ? 'sending' : 'queued',
        tries: tries + 1,
      }))
    case 'answered':
      return changed(state, action.id, () => ({ state: 'sent', sent: action.sent, failure: null }))
    case 'refused':
      return changed(state, action.id, () => ({ state: 'failed', failure: { sentence: action.sentence } }))
    case 'retried': {
      const message = state.find(({ id }) => id === action.id)
      if (message?.state !== 'failed') return state
      return [...without(state, [action.id]), { ...message, state: 'queued', failure: null, tries: 0 }]
    }
    case 'removed':
      return state.some(({ id }) => action.ids.includes(id)) ? without(state, action.ids) : state
  }
}

/** The conversation's next message to go out: the first that is neither answered nor refused. */
export function nextToSend(state: readonly Pending[], conversationId: string): Pending | undefined {
  return state.find(
    (message) =>
      message.conversationId === conversationId && message.state !== 'sent' && message.state !== 'failed',
  )
}

function waiting(message: KeptMessage): Pending {
  return { ...message, state: message.failure === null ? 'queued' : 'failed', sent: null, tries: 0 }
}

/** An answered message is over: a late failure of another try of it says nothing. */
function changed(
  state: readonly Pending[],
  id: string,
  change: (message: Pending) => Partial<Pending>,
): readonly Pending[] {
  return state.map((message) =>
    message.id === id && message.state !== 'sent' ? { ...message, ...change(message) } : message,
  )
}

function without(state: readonly Pending[], ids: readonly string[]): readonly Pending[] {
  return state.filter(({ id }) => !ids.includes(id))
}
