import type { Conversation } from '../../src/conversations/schema'
import type { Conversations } from './conversations'

/** The list follows by itself. */
export interface ConversationActions {
  create(input: { kind: 'private' | 'public'; name: string; memberIds?: string[] }): Promise<Conversation>
  openDirect(input: { userIds: string[] }): Promise<Conversation>
  join(input: { conversationId: string }): Promise<Conversation>
  leave(input: { conversationId: string }): Promise<void>
  addMembers(input: { conversationId: string; userIds: string[] }): Promise<Conversation>
  removeMember(input: { conversationId: string; userId: string }): Promise<void>
  rename(input: { conversationId: string; name: string }): Promise<Conversation>
}

/** The calls of the same names, as the server answers them. */
export type ConversationCalls = {
  [Name in keyof ConversationActions]: (
    input: Parameters<ConversationActions[Name]>[0],
  ) => Promise<Awaited<ReturnType<ConversationActions[Name]>> extends Conversation ? Answer : unknown>
}

interface Answer {
  conversation: Conversation
}

/** Calls whose answers are in the list at once: whoever goes there now must not be told that it is missing. */
export function conversationActions(
  calls: ConversationCalls,
  list: Pick<Conversations, 'ask'>,
): ConversationActions {
  const listed = async (call: () => Promise<Answer>) => {
    const entries = list.ask()
    const { conversation } = await call()
    entries.put(conversation)
    return conversation
  }
  return {
    create: (input) => listed(() => calls.create(input)),
    openDirect: (input) => listed(() => calls.openDirect(input)),
    join: (input) => listed(() => calls.join(input)),
    addMembers: (input) => listed(() => calls.addMembers(input)),
    rename: (input) => listed(() => calls.rename(input)),
    async leave(input) {
      const entries = list.ask()
      await calls.leave(input)
      entries.remove(input.conversationId)
    },
    async removeMember(input) {
      await calls.removeMember(input)
    },
  }
}
