import { ChevronLeft, Ellipsis, Hash, Lock, LogOut, Pencil, UserPlus, Users } from 'lucide-react'
import { Avatar } from '../ui/Avatar'
import { IconButton } from '../ui/IconButton'
import { MenuButton } from '../ui/MenuButton'
import type { MenuEntry } from '../ui/menu'
import { type ConversationItem, useMembers } from './useConversations'

interface ConversationHeaderProps {
  conversation: ConversationItem
  meId: string
  onBack: () => void
  onMembers: () => void
  onAdd: () => void
  onRename: () => void
  onLeave: () => void
}

export function ConversationHeader({ conversation, meId, onBack, ...on }: ConversationHeaderProps) {
  const { kind, title, people } = conversation
  const others = people.filter((person) => person.id !== meId)
  const single = kind === 'direct' && others.length <= 1
  const Sign = kind === 'public' ? Hash : Lock
  return (
    <header className="flex h-14 shrink-0 items-center gap-2.5 border-b border-line pr-3 pl-5 max-md:pl-1">
      <IconButton
        icon={ChevronLeft}
        label="Back to the list"
        onClick={onBack}
        className="max-md:size-11 md:hidden"
      />
      {single && <Avatar person={others[0] ?? people[0]} size="medium" className="-mr-0.5" />}
      <div className="min-w-0 flex-1">
        <h1 className="flex items-center gap-1.5 text-[15.5px] font-[650] tracking-[-0.01em]">
          {kind !== 'direct' && (
            <Sign size={16} strokeWidth={2.2} aria-hidden className="shrink-0 text-muted" />
          )}
          <span className="truncate">{title}</span>
          {single && others[0] !== undefined && (
            <span className="ml-1 truncate text-[13.5px] font-normal tracking-normal text-muted">
              @{others[0].username}
            </span>
          )}
        </h1>
      </div>
      {!single && <MembersButton conversation={conversation} onClick={on.onMembers} />}
      {kind !== 'direct' && (
        <MenuButton label="Channel" entries={entriesFor(conversation, on)}>
          {(trigger) => <IconButton {...trigger} icon={Ellipsis} label="More about this channel" />}
        </MenuButton>
      )}
    </header>
  )
}

type Actions = Pick<ConversationHeaderProps, 'onMembers' | 'onAdd' | 'onRename' | 'onLeave'>

function entriesFor({ role }: ConversationItem, on: Actions): MenuEntry[] {
  return [
    { label: 'People', icon: Users, onPick: on.onMembers },
    { label: 'Add people', icon: UserPlus, onPick: on.onAdd },
    ...(role === 'owner' ? [{ label: 'Rename', icon: Pencil, onPick: on.onRename }] : []),
    { label: 'Leave', icon: LogOut, danger: true, apart: true, onPick: on.onLeave },
  ]
}

/** The first faces and the number of all. */
function MembersButton({ conversation, onClick }: { conversation: ConversationItem; onClick: () => void }) {
  const members = useMembers(conversation.id)
  const count = conversation.memberCount
  return (
    <button
      type="button"
      onClick={onClick}
      title="People"
      className="flex h-[30px] shrink-0 items-center gap-1.5 rounded-[9px] border border-line px-2 text-note text-muted tabular-nums transition-colors hover:bg-sunken touch:h-11 touch:border-transparent touch:px-3"
    >
      <span className="flex max-md:hidden">
        {members.slice(0, 3).map(({ user }) => (
          <Avatar key={user.id} person={user} size="small" className="-ml-1.5 ring-2 ring-bg first:ml-0" />
        ))}
      </span>
      <Users size={16} aria-hidden className="md:hidden" />
      <span>
        {count}
        <span className="sr-only">{count === 1 ? ' person' : ' people'}</span>
      </span>
    </button>
  )
}
