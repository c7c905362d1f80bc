import { UserMinus, UserPlus } from 'lucide-react'
import type { Member } from '../../src/conversations/schema'
import { useMe } from '../accounts/useAccount'
import { Avatar } from '../ui/Avatar'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { DialogBody, DialogFooter } from '../ui/DialogParts'
import { ErrorLine } from '../ui/ErrorLine'
import { IconButton } from '../ui/IconButton'
import { useTask } from '../ui/useTask'
import { useConversationActions } from './useConversationActions'
import { useConversation, useMembers } from './useConversations'

interface MembersDialogProps {
  conversationId: string
  onClose: () => void
  onAdd: () => void
}

export function MembersDialog({ conversationId, onClose, onAdd }: MembersDialogProps) {
  const conversation = useConversation(conversationId)
  const members = useMembers(conversationId)
  const { removeMember } = useConversationActions()
  const task = useTask()
  const me = useMe().user
  if (conversation === undefined || conversation === 'missing') return null
  const fixed = conversation.kind === 'direct'
  const owner = conversation.role === 'owner' && !fixed

  return (
    <Dialog
      title={`People in ${conversation.title}`}
      hint={members.length === 1 ? '1 person' : `${members.length} people`}
      onClose={onClose}
    >
      <DialogBody>
        <ul aria-label="Members" className="scrolls -mx-2 max-h-[340px] min-h-[120px] shrink-0">
          {members.map((member) => (
            <MemberRow
              key={member.user.id}
              member={member}
              you={member.user.id === me?.id}
              busy={task.busy}
              onRemove={
                owner && member.user.id !== me?.id
                  ? () => task.run(() => removeMember({ conversationId, userId: member.user.id }))
                  : null
              }
            />
          ))}
        </ul>
        <ErrorLine sentence={task.problem?.sentence} />
      </DialogBody>
      {!fixed && (
        <DialogFooter>
          <Button look="primary" onClick={onAdd}>
            <UserPlus size={16} aria-hidden />
            Add people
          </Button>
        </DialogFooter>
      )}
    </Dialog>
  )
}

interface MemberRowProps {
  member: Member
  you: boolean
  busy: boolean
  /** null when this person may not be removed. */
  onRemove: (() => void) | null
}

function MemberRow({ member: { user, role }, you, busy, onRemove }: MemberRowProps) {
  return (
    <li className="flex h-12 items-center gap-2.5 rounded-lg px-2">
      <Avatar person={user} size="medium" />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-[560]">
          {user.displayName}
          {you && ' (you)'}
        </span>
        <span className="block truncate text-xs text-muted">@{user.username}</span>
      </span>
      {role === 'owner' && <span className="text-xs text-muted">Owner</span>}
      {onRemove !== null && (
        <IconButton
          icon={UserMinus}
          label={`Remove ${user.displayName}`}
          disabled={busy}
          onClick={onRemove}
        />
      )}
    </li>
  )
}
