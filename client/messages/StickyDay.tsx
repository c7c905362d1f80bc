import { useEffect, useState } from 'react'
import { dayName } from '../ui/dates'

/** The day being read, over the top of the list while it scrolls. `tick` changes with every scroll. */
export function StickyDay({ date, tick }: { date: string | null; tick: number }) {
  const [shown, setShown] = useState(0)
  useEffect(() => {
    if (tick === 0) return
    setShown(tick)
    const timer = setTimeout(() => setShown(0), LINGER_MS)
    return () => clearTimeout(timer)
  }, [tick])
  if (date === null) return null
  return (
    <div
      aria-hidden
      data-sticky-day
      className={`pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center transition-opacity ${shown === 0 ? 'opacity-0' : ''}`}
    >
      <span className="rounded-full border border-line bg-raised px-3 py-[3px] text-xs font-[600] text-muted shadow-lift">
        {dayName(date)}
      </span>
    </div>
  )
}

const LINGER_MS = 1_200
