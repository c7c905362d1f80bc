import { Compass, Hash, SquarePen } from 'lucide-react'
import { type Ref, useState } from 'react'
import { useLocation } from 'wouter'
import type { User } from '../../src/accounts/schema'
import { MeMenu } from '../accounts/MeMenu'
import { ConversationFilter } from '../conversations/ConversationFilter'
import { ConversationList } from '../conversations/ConversationList'
import { matching } from '../conversations/matching'
import { useConversations } from '../conversations/useConversations'
import { useConnection } from '../sync/useConnection'
import { IconButton } from '../ui/IconButton'
import { Logo } from '../ui/Logo'
import { useOpenDialog } from './dialogs'
import { FirstSteps } from './FirstSteps'
import { paths } from './paths'

interface SidebarProps {
  user: User
  openId: string | null
  filterRef: Ref<HTMLInputElement>
  className: string
}

export function Sidebar({ user, openId, filterRef, className }: SidebarProps) {
  const { status, conversations } = useConversations()
  const { state } = useConnection()
  const open = useOpenDialog()
  const [, navigate] = useLocation()
  const [query, setQuery] = useState('')
  const found = matching(conversations, query)

  return (
    <nav
      aria-label="Conversations"
      className={`min-h-0 min-w-0 flex-col border-r border-line bg-side pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)] ${className}`}
    >
      <div className="flex h-14 shrink-0 items-center gap-2.5 pr-3 pl-4">
        <Logo />
        <span className="flex-1 truncate font-[650] tracking-[-0.01em]">Confab</span>
        <IconButton icon={SquarePen} label="New message" onClick={() => open({ name: 'direct' })} />
      </div>
      <ConversationFilter
        ref={filterRef}
        query={query}
        onQuery={setQuery}
        onGo={() => {
          if (found[0] === undefined) return
          setQuery('')
          navigate(paths.conversation(found[0].id))
        }}
      />
      {status === 'ready' && conversations.length === 0 ? (
        <div className="scrolls min-h-0 flex-1">
          <div className="md:hidden">
            <FirstSteps user={user} />
          </div>
        </div>
      ) : query !== '' && found.length === 0 ? (
        <NothingFound query={query} onSearch={() => open({ name: 'direct' })} />
      ) : (
        <ConversationList
          conversations={found}
          meId={user.id}
          openId={openId}
          hrefOf={paths.conversation}
          channelEntries={[
            { label: 'New channel', icon: Hash, onPick: () => open({ name: 'channel' }) },
            { label: 'Browse channels', icon: Compass, onPick: () => open({ name: 'browse' }) },
          ]}
          onNewDirect={() => open({ name: 'direct' })}
        />
      )}
      <MeMenu
        user={user}
        status={CONNECTION[state]}
        onInvite={() => open({ name: 'invite' })}
        // A fresh page: nothing of this person stays in memory, and whoever signs in next does not begin here.
        onSignedOut={() => location.replace(paths.logIn)}
      />
    </nav>
  )
}

const CONNECTION = { online: 'Online', connecting: 'Connecting…', offline: 'Out of reach' }

function NothingFound({ query, onSearch }: { query: string; onSearch: () => void }) {
  return (
    <div className="flex-1 px-4 pt-3 text-note text-muted">
      <p className="wrap-anywhere">No conversation of yours is called “{query}”.</p>
      <button type="button" onClick={onSearch} className="mt-2 font-[580] text-accent-text hover:underline">
        Look for a person
      </button>
    </div>
  )
}
