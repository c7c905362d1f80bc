import { useLocation } from 'wouter'
import { InviteDialog } from '../accounts/InviteDialog'
import { AddPeopleDialog } from '../conversations/AddPeopleDialog'
import { BrowseDialog } from '../conversations/BrowseDialog'
import { LeaveDialog } from '../conversations/LeaveDialog'
import { MembersDialog } from '../conversations/MembersDialog'
import { NewChannelDialog } from '../conversations/NewChannelDialog'
import { NewDirectDialog } from '../conversations/NewDirectDialog'
import { RenameDialog } from '../conversations/RenameDialog'
import { type DialogName, useOpenDialog } from './dialogs'
import { paths } from './paths'

interface DialogsProps {
  dialog: DialogName
  onClose: () => void
}

/** The open dialog. Loaded with the first one, so nothing of it weighs on the first message. */
export function Dialogs({ dialog, onClose }: DialogsProps) {
  const [, navigate] = useLocation()
  const open = useOpenDialog()
  const goTo = (conversationId: string) => {
    onClose()
    navigate(paths.conversation(conversationId))
  }

  switch (dialog.name) {
    case 'direct':
      return <NewDirectDialog onClose={onClose} onOpen={goTo} />
    case 'channel':
      return <NewChannelDialog onClose={onClose} onOpen={goTo} onBrowse={() => open({ name: 'browse' })} />
    case 'browse':
      return <BrowseDialog onClose={onClose} onOpen={goTo} onCreate={() => open({ name: 'channel' })} />
    case 'invite':
      return <InviteDialog onClose={onClose} />
    case 'members':
      return (
        <MembersDialog
          conversationId={dialog.conversationId}
          onClose={onClose}
          onAdd={() => open({ name: 'add', conversationId: dialog.conversationId })}
        />
      )
    case 'add':
      return <AddPeopleDialog conversationId={dialog.conversationId} onClose={onClose} />
    case 'rename':
      return <RenameDialog conversationId={dialog.conversationId} onClose={onClose} />
    case 'leave':
      return (
        <LeaveDialog
          conversationId={dialog.conversationId}
          onClose={onClose}
          onLeft={() => {
            onClose()
            navigate(paths.home, { replace: true })
          }}
        />
      )
  }
}
