import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { MenuEntry } from '../ui/menu'
import type { ShownMessage } from './items'
import { useMessageEntries } from './useMessageEntries'

const MenuPopup = lazy(async () => ({ default: (await import('../ui/MenuPopup')).MenuPopup }))

interface MessageMenu {
  entriesOf: (message: ShownMessage) => MenuEntry[]
  onHold: (message: ShownMessage, row: HTMLElement) => void
  popup: ReactNode
}

interface Rights {
  owner: boolean
  onEdit: (message: ShownMessage) => void
  onDelete: (message: ShownMessage) => void
  onMarkUnread: (number: number) => void
}

/** One popup for all rows: a long press opens it at the message that was held. */
export function useMessageMenu(rights: Rights): MessageMenu {
  const entriesOf = useMessageEntries(rights)
  const [held, setHeld] = useState<{ message: ShownMessage; row: HTMLElement } | null>(null)
  const [onHold] = useState(() => (message: ShownMessage, row: HTMLElement) => setHeld({ message, row }))
  const popup = held !== null && (
    <Suspense>
      <MenuPopup
        label="Message actions"
        anchor={{ current: held.row }}
        align="start"
        entries={entriesOf(held.message)}
        onClose={() => setHeld(null)}
      />
    </Suspense>
  )
  return { entriesOf, onHold, popup }
}
