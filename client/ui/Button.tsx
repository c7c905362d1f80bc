import type { ComponentProps } from 'react'
import { classes } from './classes'

type Look = 'primary' | 'plain' | 'danger' | 'quiet'

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look
  /** The button keeps its size and its words while it works, and can't be pressed twice. */
  busy?: boolean
}

export function Button({ look = 'plain', busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled === true || busy}
      className={classes(
        'inline-flex h-9 shrink-0 items-center justify-center gap-1.5 rounded-[9px] px-3.5 text-sm font-[580] whitespace-nowrap',
        'transition-colors disabled:cursor-default disabled:opacity-55 touch:h-11',
        LOOKS[look],
        className,
      )}
    >
      {children}
    </button>
  )
}

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent enabled:hover:bg-accent-hover',
  plain: 'border border-line-strong bg-raised text-text enabled:hover:bg-sunken',
  danger: 'bg-danger text-on-danger enabled:hover:bg-danger-hover',
  quiet: 'text-muted enabled:hover:bg-sunken enabled:hover:text-text',
}
