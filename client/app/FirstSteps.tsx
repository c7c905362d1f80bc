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
          {mayInvite ? (
            <Button onClick={() => open({ name: 'invite' })}>Invite people</Button>
          ) : (
            <Button onClick={() => open({ name: 'browse' })}>Browse channels</Button>
          )}
          <Button look="primary" onClick={() => open({ name: 'direct' })}>
            Start a conversation
          </Button>
        </>
      }
    >
      {mayInvite
        ? 'Write to somebody who is here, or send a link to those who are not yet.'
        : 'Write to somebody who is here, or look what is being talked about.'}
    </EmptyState>
  )
}
