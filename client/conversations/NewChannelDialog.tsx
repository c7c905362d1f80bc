import { Hash, Lock, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import type { Person } from '../../src/accounts/schema'
import { PeoplePicker } from '../accounts/PeoplePicker'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { ErrorLine } from '../ui/ErrorLine'
import { Field } from '../ui/Field'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'

interface NewChannelDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
  onBrowse: () => void
}

export function NewChannelDialog({ onClose, onOpen, onBrowse }: NewChannelDialogProps) {
  const { create } = useConversationActions()
  const task = useTask()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'public' | 'private'>('public')
  const [people, setPeople] = useState<Person[]>([])
  const nameProblem = task.problem?.field === 'name' ? task.problem.sentence : null

  return (
    <Dialog title="New channel" hint="A place for one subject and everybody it concerns." onClose={onClose}>
      <DialogBody>
        <Field
          label="Name"
          autoComplete="off"
          placeholder="for example: design"
          value={name}
          error={nameProblem}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="grid grid-cols-2 gap-2.5 max-md:grid-cols-1">
          <legend className="mb-1.5 text-note font-[560]">Who can find it</legend>
          <Choice icon={Hash} title="Public" hint="Anybody here may join." {...choice('public')} />
          <Choice icon={Lock} title="Private" hint="Only who is added." {...choice('private')} />
        </fieldset>
        <PeoplePicker label="Add people (optional)" chosen={people} onChange={setPeople} />
        <ErrorLine sentence={nameProblem === null ? task.problem?.sentence : null} />
      </DialogBody>
      <DialogFooter>
        <Button look="quiet" className="mr-auto -ml-2" onClick={onBrowse}>
          Browse channels
        </Button>
        <Button
          look="primary"
          busy={task.busy}
          disabled={name.trim() === ''}
          onClick={() =>
            task.run(async () => {
              const memberIds = people.map((person) => person.id)
              const { id } = await create({ kind, name: name.trim(), memberIds })
              onOpen(id)
            })
          }
        >
          Make the channel
        </Button>
      </DialogFooter>
    </Dialog>
  )

  function choice(value: 'public' | 'private') {
    return { value, checked: kind === value, onPick: () => setKind(value) }
  }
}

interface ChoiceProps {
  icon: LucideIcon
  title: string
  hint: string
  value: string
  checked: boolean
  onPick: () => void
}

function Choice({ icon: Icon, title, hint, value, checked, onPick }: ChoiceProps) {
  return (
    <label
      className={
        'flex cursor-pointer items-start gap-2.5 rounded-xl border border-line-strong p-3 transition-colors hover:bg-sunken ' +
        'has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent'
      }
    >
      <input type="radio" name="kind" className="sr-only" {...{ value, checked }} onChange={onPick} />
      <Icon size={17} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <span>
        <span className="block text-sm font-[580]">{title}</span>
        <span className="block text-note text-muted">{hint}</span>
      </span>
    </label>
  )
}
