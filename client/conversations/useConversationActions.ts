import type { Conversation } from '../../src/conversations/schema'
import { Problem } from '../lib/problem'

/** Each throws a `Problem`. The list follows by itself. */
export interface ConversationActions {
  create(input: { kind: 'private' | 'public'; name: string; memberIds?: string[] }): Promise<Conversation>
  openDirect(input: { userIds: string[] }): Promise<Conversation>
  join(input: { conversationId: string }): Promise<Conversation>
  leave(input: { conversationId: string }): Promise<void>
  addMembers(input: { conversationId: string; userIds: string[] }): Promise<Conversation>
  removeMember(input: { conversationId: string; userId: string }): Promise<void>
  rename(input: { conversationId: string; name: string }): Promise<Conversation>
}

export function useConversationActions(): ConversationActions {
  const later = () => Promise.reject(new Problem('Not there yet.'))
  return {
    create: later,
    openDirect: later,
    join: later,
    leave: later,
    addMembers: later,
    removeMember: later,
    rename: later,
  }
}
