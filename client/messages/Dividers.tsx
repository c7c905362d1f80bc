import { dayName } from '../ui/dates'

/** Where a local day begins. */
export function DayLine({ date }: { date: string }) {
  return (
    <div className="flex items-center gap-3 px-5 pt-3.5 pb-1.5 text-xs font-[600] text-faint max-md:px-3.5">
      <Rule />
      <time dateTime={date}>{dayName(date)}</time>
      <Rule />
    </div>
  )
}

/** Above the first message that was unread when the conversation was opened. */
export function NewLine() {
  return (
    <div
      data-divider="new"
      className="flex items-center gap-3 px-5 pt-2.5 pb-1 text-xs font-[650] text-accent-text max-md:px-3.5"
    >
      <span aria-hidden className="h-px flex-1 bg-accent" />
      <span>
        New<span className="sr-only"> messages</span>
      </span>
    </div>
  )
}

function Rule() {
  return <span aria-hidden className="h-px flex-1 bg-line" />
}
