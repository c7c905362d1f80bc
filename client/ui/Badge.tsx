import { classes } from './classes'

interface BadgeProps {
  count: number
  /** Meant for this person alone, so it takes the accent. */
  strong?: boolean
}

/** A number beside a name that says it in words to screen readers; itself no text. */
export function Badge({ count, strong = false }: BadgeProps) {
  return (
    <span
      aria-hidden
      data-count={count > 99 ? '99+' : count}
      className={classes(
        'ml-auto grid h-5 min-w-5 shrink-0 place-items-center rounded-full px-1.5 text-[11.5px] font-[650] tabular-nums',
        'before:content-[attr(data-count)]',
        strong ? 'bg-accent text-on-accent' : 'bg-line text-text',
      )}
    />
  )
}
