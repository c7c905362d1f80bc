import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classes } from './classes'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** What it does: its name for screen readers and its tooltip. */
  label: string
  size?: 'small' | 'normal'
}

export function IconButton({ icon: Icon, label, size = 'normal', className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classes(
        'grid shrink-0 place-items-center rounded-lg text-muted transition-colors hover:bg-sunken hover:text-text',
        'aria-expanded:bg-sunken aria-expanded:text-text touch:size-11',
        size === 'small' ? 'size-7' : 'size-8',
        className,
      )}
    >
      <Icon size={size === 'small' ? 16 : 17.5} strokeWidth={1.9} aria-hidden />
    </button>
  )
}
