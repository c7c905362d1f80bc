import { useCallback } from 'react'
import { useLocation } from 'wouter'
import { useHistoryState } from 'wouter/use-browser-location'
import { paths } from './paths'

/** From a conversation to the list. Going back keeps the history short; a page opened by its link has none. */
export function useBack(): () => void {
  const state: unknown = useHistoryState()
  const [, navigate] = useLocation()
  return useCallback(() => {
    if (cameFromList(state)) history.back()
    else navigate(paths.home, { replace: true })
  }, [state, navigate])
}

function cameFromList(state: unknown): boolean {
  return typeof state === 'object' && state !== null && Reflect.get(state, 'from') === 'list'
}
