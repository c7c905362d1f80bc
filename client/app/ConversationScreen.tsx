import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { User } from '../../src/accounts/schema'
import { ConversationHeader } from '../conversations/ConversationHeader'
import { ConversationStart } from '../conversations/ConversationStart'
import { type ConversationItem, useConversation } from '../conversations/useConversations'
import { Announcer } from '../messages/Announcer'
import { Composer, type ComposerHandle } from '../messages/Composer'
import type { ShownMessage } from '../messages/items'
import { MessageList, type MessageListHandle } from '../messages/MessageList'
import { useOutboxActions } from '../messages/useOutbox'
import { useTimeline } from '../messages/useTimeline'
import { useReading } from '../receipts/useReading'
import { TypingLine } from '../typing/TypingLine'
import { useNotifyTyping } from '../typing/useTyping'
import { useFinePointer } from '../ui/useMediaQuery'
import { useOpenDialog } from './dialogs'
import { NotFound } from './NotFound'
import { TimelineNotice } from './TimelineNotice'
import { useBack } from './useBack'
import { useTypeAnywhere } from './useTypeAnywhere'

const DeleteMessageDialog = lazy(async () => ({
  default: (await import('../messages/DeleteMessageDialog')).DeleteMessageDialog,
}))

/** One conversation: header, timeline, composer. */
export function ConversationScreen({ id, user }: { id: string; user: User }) {
  const conversation = useConversation(id)
  if (conversation === 'missing') return <NotFound />
  return conversation === undefined ? (
    <TimelineNotice status="loading" />
  ) : (
    <Open {...{ conversation, user }} />
  )
}

function Open({ conversation, user }: { conversation: ConversationItem; user: User }) {
  const { id, kind, title } = conversation
  const timeline = useTimeline(id)
  const { discard } = useOutboxActions()
  const { onShown, onLatest, markUnread } = useReading(id)
  const notifyTyping = useNotifyTyping(id)
  const [editing, setEditing] = useState<ShownMessage | null>(null)
  const [deleting, setDeleting] = useState<ShownMessage | null>(null)
  const composer = useRef<ComposerHandle>(null)
  const list = useRef<MessageListHandle>(null)
  const open = useOpenDialog()
  const back = useBack()

  const focusComposer = useCallback(() => composer.current?.focus(), [])
  const jumpToLatest = useCallback(() => list.current?.jumpToLatest(), [])
  useFocusOnOpen(focusComposer)
  useTypeAnywhere({ focusComposer, jumpToLatest })

  const { mark: moveDivider } = timeline
  const mark = useCallback(
    (number: number) => {
      moveDivider(number)
      markUnread(number)
    },
    [moveDivider, markUnread],
  )
  const reclaim = useCallback(
    (message: ShownMessage) => {
      // First, and drawn: with the message goes the copy of its text that may stand in the composer.
      flushSync(() => discard(message.id))
      composer.current?.insert(message.body)
    },
    [discard],
  )
  const about = (name: 'members' | 'add' | 'rename' | 'leave') => () => open({ name, conversationId: id })

  return (
    <>
      <ConversationHeader
        conversation={conversation}
        meId={user.id}
        onBack={back}
        onMembers={about('members')}
        onAdd={about('add')}
        onRename={about('rename')}
        onLeave={about('leave')}
      />
      {timeline.status === 'ready' ? (
        <>
          <MessageList
            ref={list}
            label={`Messages in ${title}`}
            direct={kind === 'direct'}
            owner={kind !== 'direct' && conversation.role === 'owner'}
            timeline={timeline}
            editingId={editing?.id ?? null}
            start={
              <ConversationStart
                conversation={conversation}
                meId={user.id}
                empty={!timeline.items.some((item) => item.kind === 'message')}
                onGreet={() => composer.current?.insert('Hello!')}
                onAdd={about('add')}
              />
            }
            onShown={onShown}
            onEdit={setEditing}
            onDelete={setDeleting}
            onMarkUnread={mark}
            onLatest={onLatest}
            onReclaim={reclaim}
            onLeave={focusComposer}
          />
          <Announcer items={timeline.items} live={!timeline.hasNewer} />
        </>
      ) : (
        <TimelineNotice status={timeline.status} />
      )}
      <TypingLine conversationId={id} />
      <Composer
        ref={composer}
        conversationId={id}
        placeholder={placeholderFor(conversation)}
        editing={editing}
        onEditEnd={() => setEditing(null)}
        onEditLast={() => setEditing(lastOwn(timeline.items.map(messageOf)))}
        onTyping={notifyTyping}
      />
      {deleting !== null && (
        <Suspense>
          <DeleteMessageDialog
            message={deleting}
            onClose={() => {
              setDeleting(null)
              requestAnimationFrame(focusComposer)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

function placeholderFor({ kind, title, people }: ConversationItem): string {
  if (kind !== 'direct') return `Message #${title}`
  return people.length === 1 ? 'Write a note to yourself' : `Message ${title}`
}

type Items = ReturnType<typeof useTimeline>['items']

function messageOf(item: Items[number]): ShownMessage | null {
  return item.kind === 'message' ? item.message : null
}

/** The last message that one wrote and the server has. */
function lastOwn(messages: (ShownMessage | null)[]): ShownMessage | null {
  return messages.findLast((message) => message?.mine === true && message.seq !== null) ?? null
}

/** With a keyboard one writes at once; on a touch screen the keyboard would cover what one came to read. */
function useFocusOnOpen(focus: () => void) {
  const fine = useFinePointer()
  useEffect(() => {
    if (fine) focus()
  }, [fine, focus])
}
