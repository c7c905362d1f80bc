import { useRef, useState } from 'react'
import type { View } from '../ui/VirtualList'
import { countArrivals, dayOf, type Row, seqOf } from './rows'
import type { TimelineView } from './useTimeline'

/** So near to an end of what is loaded, in rows, the next page is asked for. */
const AHEAD = 15

interface Place {
  onView: (view: View) => void
  /** The reader is away from the newest message. */
  away: boolean
  /** Messages of others that came since. */
  arrivals: number
  /** The local day of the topmost row; null when its own line is in sight there. */
  day: string | null
  /** Counts the changes of the topmost row. */
  scrolls: number
}

interface Sources {
  rows: readonly Row[]
  timeline: TimelineView
  onShown: (seq: number) => void
}

/** Where the reader is in the list, and what follows from it: pages to load, what was read, the way back. */
export function usePlace({ rows, timeline, onShown }: Sources): Place {
  const [top, setTop] = useState({ first: -1, away: false, scrolls: 0 })
  const lastSeen = useRef<string | null>(null)

  function onView({ first, last, fromEnd }: View) {
    const atEnd = fromEnd === 0 && !timeline.hasNewer
    if (atEnd) lastSeen.current = rows.at(-1)?.key ?? null
    const away = fromEnd > 160 || timeline.hasNewer || (!atEnd && countArrivals(rows, lastSeen.current) > 0)
    if (first !== top.first || away !== top.away) {
      // The opening is no scroll, and neither is what is followed at the end.
      const moved = top.first >= 0 && fromEnd > 0 && rows[first]?.key !== rows[top.first]?.key
      setTop({ first, away, scrolls: top.scrolls + (moved ? 1 : 0) })
    }
    if (first <= AHEAD && timeline.hasOlder) timeline.loadOlder()
    if (last >= rows.length - AHEAD && timeline.hasNewer) timeline.loadNewer()
    for (let index = last; index >= first; index--) {
      const seq = seqOf(rows[index])
      if (seq === null) continue
      onShown(seq)
      break
    }
  }

  const arrivals = top.away ? countArrivals(rows, lastSeen.current) : 0
  const day = rows[top.first]?.kind === 'day' || top.first < 0 ? null : dayOf(rows, top.first)
  return { onView, away: top.away, arrivals, day, scrolls: top.scrolls }
}
