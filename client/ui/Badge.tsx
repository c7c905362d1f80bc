import { classes } from './classes'

interface BadgeProps {
  count: number
  /** Meant for this person alone, so it takes the accent. */
  strong?: boolean
}

export function Badge({ count, strong = false }: BadgeProps) {
  return (
    <span
      aria-hidden
      className={classes(
        'ml-auto grid h-5 min-w-5 shrink-0 place-items-center rounded-full px-1.5 text-[11.5px] font-[650] tabular-nums',
        strong ? 'bg-accent text-on-accent' : 'bg-line text-text',
      )}
    >
      {count > 99 ? '99+' : count}
    </span>
  )
}
