import { Redirect } from 'wouter'
import type { User } from '../../src/accounts/schema'
import { type ConversationItem, useConversations } from '../conversations/useConversations'
import { Button } from '../ui/Button'
import { usePhoneWidth } from '../ui/useMediaQuery'
import { FirstSteps } from './FirstSteps'
import { paths } from './paths'

/** The front page. With room for two panes it opens the liveliest conversation; on a phone it is the list alone. */
export function Home({ user }: { user: User }) {
  const { status, conversations } = useConversations()
  const phone = usePhoneWidth()
  if (phone) return null
  if (status === 'error') return <Unloaded />
  const latest = liveliest(conversations)
  if (latest !== null) return <Redirect to={paths.conversation(latest.id)} replace />
  return status === 'ready' ? (
    <div className="grid h-full place-items-center">
      <FirstSteps user={user} />
    </div>
  ) : null
}

function Unloaded() {
  return (
    <div className="grid h-full place-items-center content-center gap-4 px-6 text-center">
      <p className="text-muted">Your conversations could not be loaded.</p>
      <Button onClick={() => location.reload()}>Load again</Button>
    </div>
  )
}

function liveliest(conversations: ConversationItem[]): ConversationItem | null {
  return conversations.reduce<ConversationItem | null>(
    (best, next) => (best === null || movedAt(next) > movedAt(best) ? next : best),
    null,
  )
}

function movedAt({ lastMessageAt, createdAt }: ConversationItem): string {
  return lastMessageAt ?? createdAt
}
