import { ArrowDown } from 'lucide-react'
import { classes } from '../ui/classes'

interface LatestPillProps {
  /** Messages of others that came below since the reader left the end. */
  count: number
  onJump: () => void
}

/** The way back to the end, saying how much is there. */
export function LatestPill({ count, onJump }: LatestPillProps) {
  return (
    <button
      type="button"
      onClick={onJump}
      className={classes(
        'absolute bottom-2 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full px-3.5 text-note font-[600]',
        'shadow-lift transition-colors tabular-nums touch:h-11 touch:px-5',
        count > 0
          ? 'bg-accent text-on-accent hover:bg-accent-hover'
          : 'border border-line bg-raised text-muted hover:text-text',
      )}
    >
      <ArrowDown size={15} strokeWidth={2.2} aria-hidden />
      {count > 0 ? `${count > 99 ? '99+' : count} new` : 'Jump to latest'}
    </button>
  )
}
