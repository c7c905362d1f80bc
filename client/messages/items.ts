import type { ConversationEvent } from '../../src/conversations/schema'

/** `queued`: offline, or behind another one. null: somebody else's message. */
export type MessageState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | null

/** A message as it is drawn, pending ones included. */
export interface ShownMessage {
  id: string
  senderId: string
  body: string
  createdAt: string
  editedAt: string | null
  /** null until the server has answered. */
  number: number | null
  seq: number | null
  mine: boolean
  state: MessageState
  /** When it was handed to the outbox, in ms since 1970; 0 for messages that came from the server. */
  since: number
  /** Why it was refused for good. */
  failure: { sentence: string } | null
}

/** `key` is the message's client-made id for life, so an acknowledged row is not mounted again. */
export type TimelineItem = { key: string } & (
  | {
      kind: 'message'
      message: ShownMessage
      /** Draws the author: not grouped with the message above. */
      first: boolean
    }
  | { kind: 'day' /** Local, yyyy-mm-dd. */; date: string }
  | { kind: 'note'; event: ConversationEvent }
  | { kind: 'new' }
)
