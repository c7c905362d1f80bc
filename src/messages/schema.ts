import { z } from 'zod'
import type { LogPlace } from '../conversations/schema'
import { idField, limitField, placeField, textField } from '../lib/fields'
import { BODY_MAX, PAGE_DEFAULT, PAGE_MAX } from '../lib/limits'

/** A message as every member gets it: the same bytes for all, so nothing personal is in it. */
export interface Message {
  id: string
  conversationId: string
  /** The place of its sending in the log. */
  seq: number
  /** It is the conversation's nth message. */
  number: number
  senderId: string
  /** '' once deleted. */
  body: string
  createdAt: string
  editedAt: string | null
  deletedAt: string | null
  /** The place of its newest change: of two copies the one with the higher is the newer. */
  changedSeq: number
}

/** A sending (`seq === message.seq`), an edit or a deletion. Applying it is an upsert by id. */
export type MessageEvent = LogPlace & { type: 'message'; message: Message }

/** What a send is answered with, the first time and every later time. */
export interface Sent {
  id: string
  seq: number
  number: number
  createdAt: string
}

const body = textField('The message', { max: BODY_MAX })
const messageId = idField('The message')

export const sendInput = z.strictObject({ id: messageId, conversationId: idField('The conversation'), body })
export const editInput = z.strictObject({ id: messageId, body })
export const deleteInput = z.strictObject({ id: messageId })

/** Message numbers: at most one of them, none for the newest page. */
export const historyInput = z
  .strictObject({
    conversationId: idField('The conversation'),
    before: placeField('before').optional(),
    after: placeField('after').optional(),
    around: placeField('around').optional(),
    limit: limitField(PAGE_MAX, PAGE_DEFAULT),
  })
  .refine(
    (input) => [input.before, input.after, input.around].filter((place) => place !== undefined).length <= 1,
    {
      error: 'Give one of before, after and around.',
      path: ['before'],
    },
  )
