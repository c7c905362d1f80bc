import { Compass } from 'lucide-react'
import { useLocation } from 'wouter'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { useOpenDialog } from './dialogs'
import { paths } from './paths'

export function NotFound() {
  const open = useOpenDialog()
  const [, navigate] = useLocation()
  return (
    <div className="grid h-full place-items-center">
      <EmptyState
        icon={Compass}
        title="There is nothing here"
        actions={
          <>
            <Button onClick={() => open({ name: 'browse' })}>Browse channels</Button>
            <Button look="primary" onClick={() => navigate(paths.home, { replace: true })}>
              Back to my conversations
            </Button>
          </>
        }
      >
        The address is wrong, or you are not in this conversation.
      </EmptyState>
    </div>
  )
}
