import type { Person } from '../../src/accounts/schema'

/** Who else is typing here, the first to begin first. */
export function useTypists(_conversationId: string): Person[] {
  return []
}

/** Call it on every key; it tells the others at most every two seconds. */
export function useNotifyTyping(_conversationId: string): () => void {
  return () => {}
}
