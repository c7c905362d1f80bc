import { useCallback } from 'react'
import { useStore } from 'zustand'
import { useMessageServices } from './context'

/** The composer's text of one conversation; survives switching, reloads and restarts. */
export function useDraft(conversationId: string): [string, (text: string) => void] {
  const { drafts } = useMessageServices()
  const text = useStore(drafts.store, ({ texts }) => texts[conversationId] ?? '')
  const set = useCallback((next: string) => drafts.set(conversationId, next), [drafts, conversationId])
  return [text, set]
}
