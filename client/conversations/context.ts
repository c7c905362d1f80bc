import type { User } from '../../src/accounts/schema'
import { createProvided, useProvided } from '../lib/provided'
import type { Conversations } from './conversations'
import type { MemberLists } from './member-list'

export interface ConversationServices {
  me: User
  list: Conversations
  members: MemberLists
  marks: DraftMarks
}

/** Which conversations have something in the composer. Drafts are a later slice's; the list knows this much of them. */
export interface DraftMarks {
  subscribe(listener: () => void): () => void
  /** The same set until a mark comes or goes. */
  read(): ReadonlySet<string>
}

export const ConversationsContext = createProvided<ConversationServices>('Conversations')

export const useConversationServices = () => useProvided(ConversationsContext)
