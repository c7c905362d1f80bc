import { useState } from 'react'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { Field } from '../ui/Field'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'
import { useConversation } from './useConversations'

interface RenameDialogProps {
  conversationId: string
  onClose: () => void
}

export function RenameDialog({ conversationId, onClose }: RenameDialogProps) {
  const conversation = useConversation(conversationId)
  const { rename } = useConversationActions()
  const task = useTask()
  const before = typeof conversation === 'object' ? (conversation.name ?? '') : ''
  const [name, setName] = useState(before)

  const save = () =>
    task.run(async () => {
      await rename({ conversationId, name: name.trim() })
      onClose()
    })

  return (
    <Dialog title="Rename the channel" hint="Everybody in it sees the new name." onClose={onClose}>
      <DialogBody>
        <Field
          label="Name"
          autoComplete="off"
          value={name}
          error={task.problem?.sentence ?? null}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) save()
          }}
        />
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          busy={task.busy}
          disabled={name.trim() === '' || name.trim() === before}
          onClick={save}
        >
          Rename
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
