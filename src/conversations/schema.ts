import { z } from 'zod'
import type { Person } from '../accounts/schema'
import { idField, textField } from '../lib/fields'
import { CONVERSATION_NAME_MAX, DIRECT_OTHERS_MAX, MEMBERS_PER_CALL } from '../lib/limits'

export type ConversationKind = 'direct' | 'private' | 'public'
export type MemberRole = 'owner' | 'member'

/** A conversation as one member of it sees it. */
export interface Conversation {
  id: string
  kind: ConversationKind
  /** null for direct conversations: they are named after `people`. */
  name: string | null
  createdAt: string
  role: MemberRole
  memberCount: number
  /** Everybody in a direct conversation, oneself included; empty for the other kinds. */
  people: Person[]
  /** Number of the newest event. */
  lastSeq: number
  /** Number of the newest message of the main timeline. */
  lastNumber: number
  lastMessageAt: string | null
  deliveredSeq: number
  readSeq: number
  readNumber: number
  /** The first message that this person marked as unread; null when nothing is marked. */
  unreadFrom: number | null
  /** Rises with every change of `unreadFrom`. */
  unreadVersion: number
  /** `lastNumber` less `readNumber`, or all from `unreadFrom` on if that is more. */
  unread: number
}

/** A public conversation as somebody outside sees it. */
export interface PublicConversation {
  id: string
  name: string
  memberCount: number
  joined: boolean
}

export interface Member {
  user: Person
  role: MemberRole
  delivered: number
  read: number
}

/** What every event of the log has. `seq` is dense from 1 in its conversation. */
export interface LogPlace {
  conversationId: string
  seq: number
  actorId: string
  at: string
}

/** Events about a conversation and its members. `left` with another actor than the user is a removal. */
export type ConversationEvent = LogPlace &
  (
    | { type: 'created' }
    | { type: 'joined'; user: Person; role: MemberRole }
    | { type: 'left'; userId: string }
    | { type: 'role'; userId: string; role: MemberRole }
    | { type: 'renamed'; name: string }
  )

/** Told to one person when they come into a conversation, so that their clients learn of it. Not in the log. */
export interface ConversationNews {
  type: 'conversation'
  conversation: Conversation
}

const conversationId = idField('The conversation')
const userIds = z
  .array(idField('The user'), { error: 'The people must be a list of ids.' })
  .max(MEMBERS_PER_CALL, { error: `At most ${MEMBERS_PER_CALL} people in one call.` })
const name = textField('The name', { max: CONVERSATION_NAME_MAX }).transform((text) => text.trim())

export const conversationInput = z.strictObject({ conversationId })
export const createInput = z.strictObject({
  kind: z.enum(['private', 'public'], { error: 'The kind must be private or public.' }),
  name,
  memberIds: userIds.default([]),
})
export const openDirectInput = z.strictObject({
  userIds: z
    .array(idField('The user'), { error: 'The people must be a list of ids.' })
    .max(DIRECT_OTHERS_MAX + 1, {
      error: `A direct conversation has at most ${DIRECT_OTHERS_MAX} other people.`,
    }),
})
export const addMembersInput = z.strictObject({
  conversationId,
  userIds: userIds.min(1, { error: 'Name somebody to add.' }),
})
export const removeMemberInput = z.strictObject({ conversationId, userId: idField('The user') })
export const renameInput = z.strictObject({ conversationId, name })
export const browseInput = z.strictObject({
  query: textField('The search', { min: 0, max: 200 }).default(''),
})
