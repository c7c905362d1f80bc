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

const cursor = z.strictObject(
  {
    conversationId: idField('The conversation'),
    delivered: placeField('The delivered cursor').optional(),
    read: placeField('The read cursor').optional(),
  },
  { error: 'A cursor must name a conversation.' },
)

export const updateInput = z.strictObject({
  cursors: z
    .array(cursor, { error: 'The cursors must be a list.' })
    .max(CURSORS_PER_CALL, { error: `At most ${CURSORS_PER_CALL} cursors in one call.` }),
})
