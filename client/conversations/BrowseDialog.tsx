import { Hash } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { PublicConversation } from '../../src/conversations/schema'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { ErrorLine } from '../ui/ErrorLine'
import { Field } from '../ui/Field'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'
import { usePublicConversations } from './useConversations'

interface BrowseDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
  onCreate: () => void
}

export function BrowseDialog({ onClose, onOpen, onCreate }: BrowseDialogProps) {
  const { join } = useConversationActions()
  const task = useTask()
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  const { conversations, loading } = usePublicConversations(asked)

  const enter = ({ id, joined }: PublicConversation) =>
    task.run(async () => {
      if (!joined) await join({ conversationId: id })
      onOpen(id)
    })

  return (
    <Dialog title="Browse channels" hint="Public channels, open to everybody here." onClose={onClose}>
      <DialogBody>
        <Field
          label="Find a channel"
          type="search"
          autoComplete="off"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <ul aria-label="Channels" className="scrolls -mx-2 h-[280px] shrink-0">
          {conversations.map((conversation) => (
            <li
              key={conversation.id}
              className="flex items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-sunken"
            >
              <Hash size={17} aria-hidden className="shrink-0 text-faint" />
              <span className="min-w-0 flex-1 leading-tight">
                <span className="block truncate text-sm font-[560]">{conversation.name}</span>
                <span className="block text-xs text-muted">{people(conversation.memberCount)}</span>
              </span>
              <Button
                busy={task.busy}
                aria-label={`${conversation.joined ? 'Open' : 'Join'} ${conversation.name}`}
                onClick={() => enter(conversation)}
              >
                {conversation.joined ? 'Open' : 'Join'}
              </Button>
            </li>
          ))}
          {conversations.length === 0 && !loading && (
            <li className="px-2 py-3 text-note text-muted">
              {asked === '' ? 'There is no public channel yet.' : `No channel is called “${asked}”.`}
            </li>
          )}
        </ul>
        <ErrorLine sentence={task.problem?.sentence} />
      </DialogBody>
      <DialogFooter>
        <Button onClick={onCreate}>New channel</Button>
      </DialogFooter>
    </Dialog>
  )
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`
}
