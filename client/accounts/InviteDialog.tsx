import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button'
import { copyText } from '../ui/copy'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { fullDateOf } from '../ui/dates'
import { ErrorLine } from '../ui/ErrorLine'
import { Field } from '../ui/Field'
import { useTask } from '../ui/useTask'
import { useCreateInvite } from './useAccount'

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { create } = useCreateInvite()
  const task = useTask()
  const [invite, setInvite] = useState<{ url: string; expiresAt: string } | null>(null)
  const [copied, setCopied] = useState(false)

  return (
    <Dialog title="Invite people" hint="Whoever has the link can make an account here." onClose={onClose}>
      <DialogBody>
        {invite === null ? (
          <p className="text-muted">
            A link works for a week and for up to twenty people. You can make more at any time.
          </p>
        ) : (
          <Field
            label="Invite link"
            readOnly
            value={invite.url}
            onFocus={(event) => event.target.select()}
            hint={`Works until ${fullDateOf(invite.expiresAt)}.`}
          />
        )}
        <ErrorLine sentence={task.problem?.sentence} />
      </DialogBody>
      <DialogFooter>
        {invite === null ? (
          <Button
            look="primary"
            busy={task.busy}
            onClick={() => task.run(async () => setInvite(await create()))}
          >
            Make a link
          </Button>
        ) : (
          <Button look="primary" onClick={() => void copyText(invite.url).then(setCopied)}>
            {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
            <span role="status">{copied ? 'Copied' : 'Copy link'}</span>
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  )
}
