import { z } from 'zod'
import { idField, placeField } from '../lib/fields'
import { CURSORS_PER_CALL } from '../lib/limits'

/** How far a member's clients hold a conversation and how far the member has read it: seqs, rising only. */
export interface ReceiptEvent {
  type: 'receipt'
  conversationId: string
  userId: string
  delivered: number
  read: number
  /** The number of the newest message at `read`: unread is the last number less this. */
  readNumber: number
}

/**
 * The mark "unread" of one person in one conversation, told to their own devices alone: `unreadFrom` is the first message
 * marked, null when the mark is gone. News may come in any order: the higher `unreadVersion` is the newer. What one's own
 * message clears is not told like this but by the message itself (`VERSIONS_PER_SEQ`).
 */
export interface UnreadEvent {
  type: 'unread'
  conversationId: string
  unreadFrom: number | null
  unreadVersion: number
}

const cursor = z.strictObject(
  {
    conversationId: idField('The conversation'),
    delivered: placeField('The delivered cursor').optional(),
    read: placeField('The read cursor').optional(),
    /** For a reading said late or again: the newest mark known when it was read, since later ones must stay. */
    unreadVersion: placeField('The version').optional(),
  },
  { error: 'A cursor must name a conversation.' },
)

export const updateInput = z.strictObject({
  cursors: z
    .array(cursor, { error: 'The cursors must be a list.' })
    .max(CURSORS_PER_CALL, { error: `At most ${CURSORS_PER_CALL} cursors in one call.` }),
})

export const markUnreadInput = z.strictObject({
  conversationId: idField('The conversation'),
  number: z
    .int({ error: 'The number must be a whole number.' })
    .min(1, { error: 'The number must be that of a message.' }),
})
