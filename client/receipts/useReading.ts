import { useEffect, useMemo } from 'react'
import { createProvided, useProvided } from '../lib/provided'
import type { Reading } from './reading'

export const ReadingContext = createProvided<Reading>('Reading')

interface Reader {
  /** A message with this seq came on screen. */
  onShown(seq: number): void
  /** Somebody wants to see the latest messages. */
  onLatest(): void
  /** This message and all after it become unread, and stay so while they are on screen. */
  markUnread(number: number): void
}

/**
 * Tell it the seq of every message that came on screen. What was shown counts as read while the window has the focus
 * and is visible; the rest is made up for when the focus comes back.
 */
export function useReading(conversationId: string): Reader {
  const reading = useProvided(ReadingContext)
  useEffect(() => () => reading.left(conversationId), [reading, conversationId])
  return useMemo(
    () => ({
      onShown: (seq) => reading.shown(conversationId, seq),
      onLatest: () => reading.jumped(conversationId),
      markUnread: (number) => void reading.markUnread(conversationId, number),
    }),
    [reading, conversationId],
  )
}
