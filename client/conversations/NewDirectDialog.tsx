import { useState } from 'react'
import type { Person } from '../../src/accounts/schema'
import { DIRECT_OTHERS_MAX } from '../../src/lib/limits'
import { PeoplePicker } from '../accounts/PeoplePicker'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { ErrorLine } from '../ui/ErrorLine'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'

interface NewDirectDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
}

export function NewDirectDialog({ onClose, onOpen }: NewDirectDialogProps) {
  const { openDirect } = useConversationActions()
  const task = useTask()
  const [people, setPeople] = useState<Person[]>([])
  const tooMany = people.length > DIRECT_OTHERS_MAX

  return (
    <Dialog title="New message" hint="To one person, or to several at once." onClose={onClose}>
      <DialogBody>
        <PeoplePicker
          label="To"
          chosen={people}
          onChange={setPeople}
          error={tooMany ? `At most ${DIRECT_OTHERS_MAX} people. For more, make a channel.` : null}
        />
        <ErrorLine sentence={task.problem?.sentence} />
      </DialogBody>
      <DialogFooter>
        <Button
          look="primary"
          busy={task.busy}
          disabled={people.length === 0 || tooMany}
          onClick={() =>
            task.run(async () => {
              const { id } = await openDirect({ userIds: people.map((person) => person.id) })
              onOpen(id)
            })
          }
        >
          Start writing
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
