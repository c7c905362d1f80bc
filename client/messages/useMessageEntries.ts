import { Copy, MessageSquareDot, Pencil, Trash2 } from 'lucide-react'
import { useCallback } from 'react'
import { copyText } from '../ui/copy'
import type { MenuEntry } from '../ui/menu'
import type { ShownMessage } from './items'

interface Rights {
  /** An owner of the conversation may delete what others wrote. */
  owner: boolean
  onEdit: (message: ShownMessage) => void
  onDelete: (message: ShownMessage) => void
  /** From this number on, as if it had just come. */
  onMarkUnread: (number: number) => void
}

/** What one may do with a message; the same list for hover, focus and a long press. */
export function useMessageEntries({
  owner,
  onEdit,
  onDelete,
  onMarkUnread,
}: Rights): (message: ShownMessage) => MenuEntry[] {
  return useCallback(
    (message) => {
      const { number } = message
      const stored = message.seq !== null
      const entries: MenuEntry[] = [
        { label: 'Copy text', icon: Copy, onPick: () => void copyText(message.body) },
      ]
      if (number !== null)
        entries.push({ label: 'Mark unread', icon: MessageSquareDot, onPick: () => onMarkUnread(number) })
      if (message.mine && stored) entries.push({ label: 'Edit', icon: Pencil, onPick: () => onEdit(message) })
      if ((message.mine || owner) && stored)
        entries.push({ label: 'Delete', icon: Trash2, danger: true, onPick: () => onDelete(message) })
      return entries
    },
    [owner, onEdit, onDelete, onMarkUnread],
  )
}
