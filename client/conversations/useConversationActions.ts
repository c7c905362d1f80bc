import { useMemo } from 'react'
import { throwProblem } from '../lib/problem'
import { trpc } from '../lib/trpc'
import { type ConversationActions, conversationActions } from './actions'
import { useConversationServices } from './context'

/** Each throws a `Problem`. */
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
    const calls = {
      create: orProblem(create),
      openDirect: orProblem(openDirect),
      join: orProblem(join),
      leave: orProblem(leave),
      addMembers: orProblem(addMembers),
      removeMember: orProblem(removeMember),
      rename: orProblem(rename),
    }
    return conversationActions(calls, list)
  }, [list, create, openDirect, join, leave, addMembers, removeMember, rename])
}

function orProblem<I, O>(call: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return (input) => call(input).catch(throwProblem)
}
