import { z } from 'zod'
import type { ConversationEvent, ConversationNews } from '../conversations/schema'
import { idField, limitField, placeField } from '../lib/fields'
import { PAGE_MAX } from '../lib/limits'
import type { MessageEvent } from '../messages/schema'
import type { ReceiptEvent, UnreadEvent } from '../receipts/schema'
import type { TypingEvent } from '../typing/schema'

/** Everything that has a place in a conversation's log. */
export type LogEvent = ConversationEvent | MessageEvent

/** Where one conversation stands: `seq` and `number` of its head, and this person's own cursors. */
export interface Head {
  conversationId: string
  seq: number
  number: number
  delivered: number
  read: number
  readNumber: number
  unreadFrom: number | null
  unreadVersion: number
}

/**
 * The first event of a subscription: every conversation this person is in. Nothing live comes before it, and nothing
 * after it is missing. Another `epoch` than before means another history (a restored backup): drop what is held.
 */
export interface SyncEvent {
  type: 'sync'
  epoch: string
  heads: Head[]
}

/** Heads that moved lately: finds a lost last event. */
export interface DigestEvent {
  type: 'digest'
  heads: { conversationId: string; seq: number; number: number }[]
}

/** All that a subscription may say. Clients skip types they do not know. */
export type LiveEvent =
  | SyncEvent
  | DigestEvent
  | LogEvent
  | ConversationNews
  | ReceiptEvent
  | UnreadEvent
  | TypingEvent

/** `lastEventId` is put in by tRPC's client after a reconnect; nothing here rests on it. */
export const eventsInput = z.strictObject({ lastEventId: z.string().nullish() }).optional()

export const rangeInput = z.strictObject({
  conversationId: idField('The conversation'),
  after: placeField('after'),
  limit: limitField(PAGE_MAX, PAGE_MAX),
})

export interface EventRange {
  events: LogEvent[]
  /** The first seq this person may see. */
  from: number
  /** The last seq this answer covers. */
  upTo: number
  head: number
  hasMore: boolean
}
