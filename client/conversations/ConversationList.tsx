import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/IconButton'
import { MenuButton } from '../ui/MenuButton'
import type { MenuEntry } from '../ui/menu'
import { ConversationRow } from './ConversationRow'
import type { ConversationItem } from './useConversations'

interface ConversationListProps {
  conversations: ConversationItem[]
  meId: string
  openId: string | null
  hrefOf: (id: string) => string
  /** What the plus beside "Channels" offers. */
  channelEntries: MenuEntry[]
  onNewDirect: () => void
}

/** Channels, then people. */
export function ConversationList({
  conversations,
  channelEntries,
  onNewDirect,
  ...rest
}: ConversationListProps) {
  const row = (conversation: ConversationItem) => (
    <li key={conversation.id}>
      <ConversationRow
        conversation={conversation}
        meId={rest.meId}
        href={rest.hrefOf(conversation.id)}
        open={conversation.id === rest.openId}
      />
    </li>
  )
  const channels = conversations.filter(({ kind }) => kind !== 'direct')
  const directs = conversations.filter(({ kind }) => kind === 'direct')
  return (
    <div className="scrolls min-h-0 flex-1 pb-3">
      <Section
        title="Channels"
        action={
          <MenuButton label="Channels" entries={channelEntries} align="end">
            {(trigger) => <IconButton {...trigger} icon={Plus} size="small" label="Add a channel" />}
          </MenuButton>
        }
      >
        {channels.map(row)}
      </Section>
      <Section
        title="Direct messages"
        action={<IconButton icon={Plus} size="small" label="New direct message" onClick={onNewDirect} />}
      >
        {directs.map(row)}
      </Section>
    </div>
  )
}

interface SectionProps {
  title: string
  action: ReactNode
  children: ReactNode
}

function Section({ title, action, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <div className="flex items-center pt-2.5 pr-2.5 pb-0.5 pl-4">
        <h2 className="flex-1 text-xs font-[600] text-faint">{title}</h2>
        {action}
      </div>
      <ul className="flex flex-col">{children}</ul>
    </section>
  )
}
