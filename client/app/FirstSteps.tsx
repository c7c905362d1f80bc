import { MessagesSquare } from 'lucide-react'
import type { User } from '../../src/accounts/schema'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { useOpenDialog } from './dialogs'

/** Where somebody begins who is in no conversation yet. */
export function FirstSteps({ user }: { user: User }) {
  const open = useOpenDialog()
  const mayInvite = user.role !== 'member'
  return (
    <EmptyState
      icon={MessagesSquare}
      title={`Welcome, ${user.displayName}`}
      actions={
        <>
          {mayInvite && <Button onClick={() => open({ name: 'invite' })}>Invite people</Button>}
          <Button onClick={() => open({ name: 'channel' })}>New channel</Button>
          <Button look="primary" onClick={() => open({ name: 'direct' })}>
            Start a conversation
          </Button>
        </>
      }
    >
      Write to somebody who is here already{mayInvite ? ', or send a link to those who are not yet' : ''}.
    </EmptyState>
  )
}
