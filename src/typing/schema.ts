import { z } from 'zod'
import { idField } from '../lib/fields'

/** Somebody is typing. It ends by itself after TYPING_TTL_MS, or with their message. Never in the log. */
export interface TypingEvent {
  type: 'typing'
  conversationId: string
  userId: string
}

export const typingInput = z.strictObject({ conversationId: idField('The conversation') })
