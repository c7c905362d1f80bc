import { useState } from 'react'
import { toProblem } from '../lib/problem'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import type { ShownMessage } from './items'
import { useMessageActions } from './useMessageActions'

interface DeleteMessageDialogProps {
  message: ShownMessage
  onClose: () => void
}

export function DeleteMessageDialog({ message, onClose }: DeleteMessageDialogProps) {
  const { remove } = useMessageActions()
  const [state, setState] = useState<{ busy: boolean; error: string | null }>({ busy: false, error: null })

  async function removeIt() {
    setState({ busy: true, error: null })
    try {
      await remove(message.id)
      onClose()
    } catch (cause) {
      setState({ busy: false, error: toProblem(cause).sentence })
    }
  }

  return (
    <Dialog title="Delete this message?" hint="It goes for everybody." onClose={onClose}>
      <DialogBody>
        <blockquote className="line-clamp-4 border-l-[3px] border-line-strong pl-3 wrap-anywhere whitespace-pre-wrap text-muted">
          {message.body}
        </blockquote>
        {state.error !== null && (
          <p role="alert" className="text-note text-danger">
            {state.error}
          </p>
        )}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={state.busy} onClick={() => void removeIt()}>
          Delete
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
