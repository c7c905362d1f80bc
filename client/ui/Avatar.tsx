import type { CSSProperties } from 'react'
import type { Person } from '../../src/accounts/schema'
import { classes } from './classes'
import { hueOf, initialsOf } from './faces'

type Size = 'small' | 'medium' | 'large'

interface AvatarProps {
  person: Pick<Person, 'id' | 'displayName'> | undefined
  size?: Size
  className?: string
}

/** A person's initials on their own hue. Decoration, so no text: the name always stands beside it. */
export function Avatar({ person, size = 'large', className }: AvatarProps) {
  return <Face id={person?.id ?? ''} text={initialsOf(person?.displayName ?? '')} {...{ size, className }} />
}

interface FaceProps {
  id: string
  text: string
  size?: Size
  className?: string | undefined
}

export function Face({ id, text, size = 'large', className }: FaceProps) {
  return (
    <span
      aria-hidden
      data-text={text}
      style={{ '--hue': hueOf(id) } as CSSProperties}
      className={classes(
        'face grid shrink-0 place-items-center rounded-[30%] font-[620] select-none',
        SIZES[size],
        'before:content-[attr(data-text)]',
        className,
      )}
    />
  )
}

const SIZES: Record<Size, string> = {
  small: 'size-[22px] text-[9px]',
  medium: 'size-8 text-xs tracking-[-0.02em]',
  large: 'size-9 text-sm tracking-[-0.02em]',
}
