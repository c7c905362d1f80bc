/** The composer's text of one conversation; survives switching, reloads and restarts. */
export function useDraft(_conversationId: string): [string, (text: string) => void] {
  return ['', () => {}]
}
