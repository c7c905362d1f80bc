const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const thisYear = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const otherYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

/** The local clock: 09:05. */
export function clockOf(iso: string): string {
  return clock.format(new Date(iso))
}

/** The same without "AM" or "PM": there is little room in a margin. */
export function shortClockOf(iso: string): string {
  const parts = clock.formatToParts(new Date(iso))
  return parts
    .map(({ type, value }) => (type === 'dayPeriod' ? '' : value))
    .join('')
    .trim()
}

/** For tooltips: Monday, 23 November 2026 at 09:05. */
export function fullDateOf(iso: string): string {
  return full.format(new Date(iso))
}

/** The name of a local day (yyyy-mm-dd), seen from `now`: Today, Yesterday, Monday, 23 November. */
export function dayName(date: string, now = new Date()): string {
  const day = new Date(`${date}T12:00:00`)
  const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate(), 12)
  const ago = Math.round((noon.getTime() - day.getTime()) / 86_400_000)
  if (ago === 0) return 'Today'
  if (ago === 1) return 'Yesterday'
  return (day.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(day)
}
