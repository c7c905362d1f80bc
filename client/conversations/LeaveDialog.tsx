import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { ErrorLine } from '../ui/ErrorLine'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'
import { useConversation } from './useConversations'

interface LeaveDialogProps {
  conversationId: string
  onClose: () => void
  onLeft: () => void
}

export function LeaveDialog({ conversationId, onClose, onLeft }: LeaveDialogProps) {
  const conversation = useConversation(conversationId)
  const { leave } = useConversationActions()
  const task = useTask()
  if (conversation === undefined || conversation === 'missing') return null

  return (
    <Dialog title={`Leave ${conversation.title}?`} onClose={onClose}>
      <DialogBody>
        <p className="text-muted">
          {conversation.kind === 'public'
            ? 'You can join again at any time.'
            : 'It is private: somebody inside has to add you before you can come back.'}
        </p>
        <ErrorLine sentence={task.problem?.sentence} />
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>Stay</Button>
        <Button
          look="danger"
          busy={task.busy}
          onClick={() =>
            task.run(async () => {
              await leave({ conversationId })
              onLeft()
            })
          }
        >
          Leave
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
