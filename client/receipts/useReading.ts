import { useEffect, useMemo } from 'react'
import { createProvided, useProvided } from '../lib/provided'
import type { Reading } from './reading'

export const ReadingContext = createProvided<Reading>('Reading')

/**
 * Tell it the seq of every message that came on screen. What was shown counts as read while the window has the focus
 * and is visible; the rest is made up for when the focus comes back.
 */
export function useReading(conversationId: string): { onShown(seq: number): void } {
  const reading = useProvided(ReadingContext)
  useEffect(() => () => reading.left(conversationId), [reading, conversationId])
  return useMemo(
    () => ({ onShown: (seq: number) => reading.shown(conversationId, seq) }),
    [reading, conversationId],
  )
}
