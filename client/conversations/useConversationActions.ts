import { useMemo } from 'react'
import type { Conversation } from '../../src/conversations/schema'
import { toProblem } from '../lib/problem'
import { trpc } from '../lib/trpc'
import { useConversationServices } from './context'

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
  const { list } = useConversationServices()
  const { mutateAsync: create } = trpc.conversations.create.useMutation()
  const { mutateAsync: openDirect } = trpc.conversations.openDirect.useMutation()
  const { mutateAsync: join } = trpc.conversations.join.useMutation()
  const { mutateAsync: leave } = trpc.conversations.leave.useMutation()
  const { mutateAsync: addMembers } = trpc.conversations.addMembers.useMutation()
  const { mutateAsync: removeMember } = trpc.conversations.removeMember.useMutation()
  const { mutateAsync: rename } = trpc.conversations.rename.useMutation()

  return useMemo(() => {
    // In the list at once: whoever goes there now must not be told that it is missing.
    const listed = async (answer: Promise<{ conversation: Conversation }>) => {
      const { conversation } = await answer.catch(throwProblem)
      list.put(conversation)
      return conversation
    }
    return {
      create: (input) => listed(create(input)),
      openDirect: (input) => listed(openDirect(input)),
      join: (input) => listed(join(input)),
      addMembers: (input) => listed(addMembers(input)),
      rename: (input) => listed(rename(input)),
      async leave(input) {
        await leave(input).catch(throwProblem)
        list.remove(input.conversationId)
      },
      async removeMember(input) {
        await removeMember(input).catch(throwProblem)
      },
    }
  }, [list, create, openDirect, join, leave, addMembers, removeMember, rename])
}

function throwProblem(cause: unknown): never {
  throw toProblem(cause)
}
