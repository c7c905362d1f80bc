import { IconButton } from '../ui/IconButton'
import type { MenuEntry } from '../ui/menu'

/** The actions of one message, floating at its corner while a pointer or the focus is on it. */
export function MessageActions({ entries }: { entries: MenuEntry[] }) {
  return (
    <div
      role="toolbar"
      aria-label="Message actions"
      className="absolute -top-3 right-4 z-10 flex rounded-[10px] border border-line bg-raised p-0.5 shadow-lift max-md:right-2.5"
    >
      {entries.map(({ label, icon, onPick, danger }) =>
        icon === undefined ? null : (
          <IconButton
            key={label}
            size="small"
            icon={icon}
            label={label}
            onClick={onPick}
            className={danger === true ? 'hover:text-danger' : ''}
          />
        ),
      )}
    </div>
  )
}
