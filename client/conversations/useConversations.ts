import type { Conversation, Member, PublicConversation } from '../../src/conversations/schema'

/** A conversation as the sidebar shows it. */
export interface ConversationItem extends Conversation {
  /** Its name, or the names of the others in a direct one. */
  title: string
  /** Whether something unsent is in its composer. */
  draft: boolean
}

/** Channels by name, then direct conversations, the latest first. */
export function useConversations(): {
  status: 'loading' | 'ready' | 'error'
  conversations: ConversationItem[]
} {
  return { status: 'loading', conversations: [] }
}

/** undefined while the list is loading; 'missing' when this person is in no such conversation. */
export function useConversation(_id: string): ConversationItem | undefined | 'missing' {
  return undefined
}

/** Empty until loaded. */
export function useMembers(_id: string): Member[] {
  return []
}

export function usePublicConversations(_query: string): {
  conversations: PublicConversation[]
  loading: boolean
} {
  return { conversations: [], loading: false }
}
