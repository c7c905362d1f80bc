import { useCallback, useMemo } from 'react'
import { useMessageServices } from './context'

/**
 * Sends a message: it is in the timeline at once, is kept across reloads, and goes out when it can. Empties the draft,
 * and shows the newest messages if the window was far back.
 */
export function useSend(conversationId: string): (body: string) => void {
  const { outbox, drafts, windows } = useMessageServices()
  return useCallback(
    (body) => {
      const replaced = drafts.take(conversationId)
      outbox.write(conversationId, body)
      if (replaced !== null) outbox.discard(replaced)
      // The message is sent all the same when the page cannot be loaded.
      windows.jumpToLatest(conversationId).catch(() => {})
    },
    [outbox, drafts, windows, conversationId],
  )
}

export interface OutboxActions {
  /** Sends a refused message again, under the same id. */
  retry(id: string): void
  /** Forgets an unsent message. Nothing happens when it is on its way. */
  discard(id: string): void
}

export function useOutboxActions(): OutboxActions {
  const { outbox, drafts } = useMessageServices()
  return useMemo(
    () => ({
      retry(id) {
        drafts.release(id)
        outbox.retry(id)
      },
      discard(id) {
        drafts.release(id)
        outbox.discard(id)
      },
    }),
    [outbox, drafts],
  )
}
