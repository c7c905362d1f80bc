import { lazy, type ReactNode, type RefObject, Suspense, useRef, useState } from 'react'
import type { MenuEntry } from './menu'

const loadPopup = () => import('./MenuPopup')
const MenuPopup = lazy(async () => ({ default: (await loadPopup()).MenuPopup }))

interface MenuButtonProps {
  label: string
  entries: MenuEntry[]
  side?: 'top' | 'bottom'
  align?: 'start' | 'end'
  /** The button itself; spread `trigger` on it. */
  children: (trigger: MenuTrigger) => ReactNode
}

export interface MenuTrigger {
  ref: RefObject<HTMLButtonElement | null>
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  onClick: () => void
  onPointerEnter: () => void
  onFocus: () => void
}

/** A button with a menu. The popup's code comes when a pointer or the focus reaches the button. */
export function MenuButton({ children, ...menu }: MenuButtonProps) {
  const ref = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const preload = () => void loadPopup()
  return (
    <>
      {children({
        ref,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onClick: () => setOpen(true),
        onPointerEnter: preload,
        onFocus: preload,
      })}
      {open && (
        <Suspense>
          <MenuPopup {...menu} anchor={ref} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
