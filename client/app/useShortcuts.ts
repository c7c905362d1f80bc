import { type RefObject, useEffect } from 'react'
import { tinykeys } from 'tinykeys'
import { useLocation } from 'wouter'
import { type ConversationItem, useConversations } from '../conversations/useConversations'
import { paths } from './paths'

interface Targets {
  openId: string | null
  filter: RefObject<HTMLInputElement | null>
}

/** Keys that work everywhere. None of them edits text. */
export function useShortcuts({ openId, filter }: Targets): void {
  const { conversations } = useConversations()
  const [, navigate] = useLocation()
  useEffect(() => {
    const go =
      (step: 1 | -1, wanted: (conversation: ConversationItem) => boolean) => (event: KeyboardEvent) => {
        event.preventDefault()
        const next = neighbour(conversations, { openId, step, wanted })
        if (next !== undefined) navigate(paths.conversation(next.id))
      }
    const bindings = {
      'Alt+ArrowUp': go(-1, () => true),
      'Alt+ArrowDown': go(1, () => true),
      'Alt+Shift+ArrowUp': go(-1, ({ unread }) => unread > 0),
      'Alt+Shift+ArrowDown': go(1, ({ unread }) => unread > 0),
      '$mod+KeyK': (event: KeyboardEvent) => {
        event.preventDefault()
        filter.current?.focus()
        filter.current?.select()
      },
    }
    // Fields are no reason to stay silent: the composer nearly always has the focus.
    return tinykeys(window, bindings, { ignore: isInDialog })
  }, [conversations, openId, filter, navigate])
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null
}

interface Search {
  openId: string | null
  step: 1 | -1
  wanted: (conversation: ConversationItem) => boolean
}

/** The next wanted one in the sidebar's order, round the end. */
function neighbour(conversations: ConversationItem[], { openId, step, wanted }: Search) {
  const ring = step === 1 ? conversations : conversations.toReversed()
  const from = ring.findIndex(({ id }) => id === openId)
  return [...ring.slice(from + 1), ...ring.slice(0, Math.max(0, from))].find(wanted)
}
