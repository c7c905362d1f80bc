import { useEffect, useRef, useState } from 'react'
import { usePerson } from '../accounts/usePeople'
import { arrivalsAfter, hear, lastPlace, SILENCE, sumUp, WINDOW_MS } from './arrivals'
import type { ShownMessage, TimelineItem } from './items'

interface AnnouncerProps {
  items: readonly TimelineItem[]
  /** Whether `items` reach to the newest message: a page that is loaded is no arrival. */
  live: boolean
}

/**
 * Tells screen readers of others' new messages, politely. The list itself is silent: a virtual list also inserts rows
 * at its top, and assistive technology would read those out.
 */
export function Announcer({ items, live }: AnnouncerProps) {
  const known = useRef({ last: lastPlace(items), live })
  const [speech, setSpeech] = useState(SILENCE)

  useEffect(() => {
    const { last, live: wasLive } = known.current
    known.current = { last: Math.max(last, lastPlace(items)), live }
    const arrivals = wasLive && live ? arrivalsAfter(items, last) : []
    if (arrivals.length > 0) setSpeech((before) => hear(before, arrivals, Date.now()))
  }, [items, live])

  useEffect(() => {
    if (speech.held === 0) return
    const wait = Math.max(0, speech.since + WINDOW_MS - Date.now())
    const timer = setTimeout(() => setSpeech((before) => sumUp(before, Date.now())), wait)
    return () => clearTimeout(timer)
  }, [speech])

  return (
    <div aria-live="polite" data-announcer className="sr-only">
      {speech.lines.map(({ key, message, more }) =>
        message === null ? (
          <p key={key}>{`${more} more new messages`}</p>
        ) : (
          <Spoken key={key} message={message} />
        ),
      )}
    </div>
  )
}

function Spoken({ message }: { message: ShownMessage }) {
  const author = usePerson(message.senderId)
  const body = message.body.length > 200 ? `${message.body.slice(0, 200)}…` : message.body
  return <p>{`${author?.displayName ?? 'New message'}: ${body}`}</p>
}
