import { Link } from 'wouter'
import { Badge } from '../ui/Badge'
import { classes } from '../ui/classes'
import { ConversationMark } from './ConversationMark'
import type { ConversationItem } from './useConversations'

interface ConversationRowProps {
  conversation: ConversationItem
  meId: string
  href: string
  open: boolean
}

/** One line of the sidebar, one string for a screen reader: "general, 3 unread, draft". */
export function ConversationRow({ conversation, meId, href, open }: ConversationRowProps) {
  const { title, unread, draft, kind } = conversation
  const fresh = unread > 0
  const name = [title, fresh && `${unread} unread`, draft && 'draft'].filter(Boolean).join(', ')
  return (
    <Link
      href={href}
      // The way back from a conversation opened here is the list again.
      state={{ from: 'list' }}
      aria-label={name}
      aria-current={open ? 'page' : undefined}
      className={classes(
        'mx-2 flex h-8 items-center gap-[9px] rounded-lg px-2 text-sm -outline-offset-2 transition-colors max-md:h-11 touch:h-11',
        open
          ? 'bg-accent-soft font-[600] text-accent-text'
          : fresh
            ? 'font-[600] text-text hover:bg-sunken'
            : 'text-muted hover:bg-sunken',
      )}
    >
      <ConversationMark conversation={conversation} meId={meId} />
      <span className="min-w-0 truncate">{title}</span>
      {fresh && <Badge count={unread} strong={kind === 'direct'} />}
      {draft && !open && !fresh && (
        <span aria-hidden className="ml-auto text-xs font-normal text-faint">
          Draft
        </span>
      )}
    </Link>
  )
}
