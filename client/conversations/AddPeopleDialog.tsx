import { useState } from 'react'
import type { Person } from '../../src/accounts/schema'
import { PeoplePicker } from '../accounts/PeoplePicker'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { ErrorLine } from '../ui/ErrorLine'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'
import { useConversation, useMembers } from './useConversations'

interface AddPeopleDialogProps {
  conversationId: string
  onClose: () => void
}

export function AddPeopleDialog({ conversationId, onClose }: AddPeopleDialogProps) {
  const conversation = useConversation(conversationId)
  const members = useMembers(conversationId)
  const { addMembers } = useConversationActions()
  const task = useTask()
  const [people, setPeople] = useState<Person[]>([])
  if (conversation === undefined || conversation === 'missing') return null

  return (
    <Dialog
      title={`Add people to ${conversation.title}`}
      hint="They see what was written before."
      onClose={onClose}
    >
      <DialogBody>
        <PeoplePicker
          label="Who"
          chosen={people}
          onChange={setPeople}
          without={members.map((member) => member.user.id)}
        />
        <ErrorLine sentence={task.problem?.sentence} />
      </DialogBody>
      <DialogFooter>
        <Button
          look="primary"
          busy={task.busy}
          disabled={people.length === 0}
          onClick={() =>
            task.run(async () => {
              await addMembers({ conversationId, userIds: people.map((person) => person.id) })
              onClose()
            })
          }
        >
          Add
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
