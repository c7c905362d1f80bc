import { Menu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { type RefObject, useEffect, useState } from 'react'
import { classes } from './classes'
import type { MenuEntry } from './menu'

interface MenuPopupProps {
  label: string
  anchor: RefObject<HTMLElement | null>
  entries: MenuEntry[]
  side?: 'top' | 'bottom'
  align?: 'start' | 'end'
  onClose: () => void
}

/** The popup of a menu, open while it is mounted; `MenuButton` loads it when somebody reaches for it. */
export function MenuPopup({
  label,
  anchor,
  entries,
  side = 'bottom',
  align = 'end',
  onClose,
}: MenuPopupProps) {
  // Opened after the mount, so that Base UI sees it open and moves the focus in.
  const [open, setOpen] = useState(false)
  useEffect(() => setOpen(true), [])
  const close = () => {
    setOpen(false)
    onClose()
  }
  return (
    <Menu.Root open={open} onOpenChange={(next) => next || close()}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={6}
          // Flush with the window's edge it would be flipped to the other end.
          alignOffset={align === 'start' ? 8 : 0}
          className="z-50 outline-none"
        >
          <Menu.Popup
            aria-label={label}
            // A finger wants no focus back: it would show what only the pointer or the keyboard on a row should.
            finalFocus={(how) => (how === 'touch' ? false : anchor.current)}
            className="max-w-[min(300px,92vw)] min-w-[210px] rounded-xl border border-line bg-raised p-1 shadow-lift outline-none"
          >
            {entries.map((entry) => (
              <Entry key={entry.label} entry={entry} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Entry({ entry }: { entry: MenuEntry }) {
  const Icon = entry.icon
  const look = classes(
    'flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm outline-none select-none touch:h-11',
    'data-highlighted:bg-sunken',
    entry.danger === true ? 'text-danger' : 'text-text',
  )
  const inside = (
    <>
      {Icon !== undefined && <Icon size={16} strokeWidth={1.9} aria-hidden className="shrink-0 opacity-80" />}
      <span className="min-w-0 flex-1 truncate">{entry.label}</span>
      {entry.checked === true && <Check size={16} aria-hidden className="text-accent-text" />}
    </>
  )
  const line = entry.apart === true && <Menu.Separator className="mx-1.5 my-1 h-px bg-line" />
  if (entry.checked === undefined)
    return (
      <>
        {line}
        <Menu.Item className={look} onClick={entry.onPick}>
          {inside}
        </Menu.Item>
      </>
    )
  return (
    <>
      {line}
      <Menu.CheckboxItem
        className={look}
        checked={entry.checked}
        onCheckedChange={entry.onPick}
        closeOnClick={false}
      >
        {inside}
      </Menu.CheckboxItem>
    </>
  )
}
