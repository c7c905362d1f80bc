import { useCallback, useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Person } from '../../src/accounts/schema'
import { usePeople } from '../accounts/context'
import { createProvided, useProvided } from '../lib/provided'
import type { TypingNotifier } from './notifier'
import type { Typists } from './typists'

export interface TypingServices {
  typists: Typists
  notifier: TypingNotifier
}

export const TypingContext = createProvided<TypingServices>('Typing')

const NOBODY: readonly string[] = []

/** Who else is typing here, the first to begin first. */
export function useTypists(conversationId: string): Person[] {
  const { typists } = useProvided(TypingContext)
  const people = usePeople()
  const ids = useStore(typists.store, ({ byId }) => byId[conversationId] ?? NOBODY)
  const known = useStore(people.store, ({ byId }) => byId)
  useEffect(() => {
    for (const id of ids) people.want(id)
  }, [people, ids])
  return useMemo(() => ids.flatMap((id) => known[id] ?? []), [ids, known])
}

/** Call it on every key; it tells the others at most every two seconds. */
export function useNotifyTyping(conversationId: string): () => void {
  const { notifier } = useProvided(TypingContext)
  return useCallback(() => notifier.typed(conversationId), [notifier, conversationId])
}
