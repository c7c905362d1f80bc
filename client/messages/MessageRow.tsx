import { memo, useState } from 'react'
import { usePerson } from '../accounts/usePeople'
import { Avatar } from '../ui/Avatar'
import { classes } from '../ui/classes'
import { clockOf, fullDateOf, shortClockOf } from '../ui/dates'
import type { MenuEntry } from '../ui/menu'
import { useLongPress } from '../ui/useLongPress'
import { FailedNote } from './FailedNote'
import type { ShownMessage } from './items'
import { MessageActions } from './MessageActions'
import { MessageState } from './MessageState'
import { MessageText } from './MessageText'
import { useOutboxActions } from './useOutbox'

interface MessageRowProps {
  message: ShownMessage
  /** Draws the author: not grouped with the message above. */
  first: boolean
  /** The one row of the list that Tab reaches. */
  active: boolean
  /** It is being edited in the composer. */
  editing: boolean
  entriesOf: (message: ShownMessage) => MenuEntry[]
  onReach: (key: string) => void
  onHold: (message: ShownMessage, row: HTMLElement) => void
  onReclaim: (message: ShownMessage) => void
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, first, active, editing, entriesOf, onReach } = props
  const author = usePerson(message.senderId)
  const { retry, discard } = useOutboxActions()
  const [near, setNear] = useState(false)
  const press = useLongPress((row) => props.onHold(message, row))
  const name = author?.displayName ?? 'Somebody'
  const clock = clockOf(message.createdAt)

  return (
    <article
      aria-label={`${name}, ${clock}`}
      data-message={message.id}
      tabIndex={active ? 0 : -1}
      {...press}
      onFocus={(event) => {
        if (event.target.matches(':focus-visible')) setNear(true)
        onReach(message.id)
      }}
      onBlur={(event) => setNear(event.currentTarget.contains(event.relatedTarget))}
      onPointerEnter={(event) => event.pointerType === 'mouse' && setNear(true)}
      onPointerLeave={(event) => setNear(event.currentTarget.matches(':has(:focus-visible), :focus-visible'))}
      className={classes(
        'group relative grid grid-cols-[36px_minmax(0,1fr)] gap-x-3 px-5 pb-[3px] -outline-offset-2 max-md:px-3.5',
        'touch:select-none touch:[-webkit-touch-callout:none]',
        first ? 'pt-[7px]' : 'pt-px',
        editing ? 'bg-accent-soft' : near && 'bg-side/60',
      )}
    >
      {first ? <Avatar person={author} className="mt-[3px]" /> : <Gutter createdAt={message.createdAt} />}
      <div className="min-w-0">
        {first && (
          <div className="flex items-baseline gap-[7px] leading-[1.45]">
            <span className="truncate text-[14.5px] font-[640] tracking-[-0.005em]">{name}</span>
            <Clock createdAt={message.createdAt} />
          </div>
        )}
        <MessageText body={message.body} after={<After message={message} />} />
        {message.state === 'failed' && (
          <FailedNote
            sentence={message.failure?.sentence ?? ''}
            onRetry={() => retry(message.id)}
            onEdit={() => props.onReclaim(message)}
            onDiscard={() => discard(message.id)}
          />
        )}
      </div>
      {near && <MessageActions entries={entriesOf(message)} />}
    </article>
  )
})

function After({ message }: { message: ShownMessage }) {
  return (
    <>
      {message.editedAt !== null && (
        <span title={`Edited ${fullDateOf(message.editedAt)}`} className="ml-1.5 text-xs text-faint">
          (edited)
        </span>
      )}
      {message.state !== null && <MessageState state={message.state} since={message.since} />}
    </>
  )
}

function Clock({ createdAt }: { createdAt: string }) {
  return (
    <time
      dateTime={createdAt}
      title={fullDateOf(createdAt)}
      className="shrink-0 text-xs text-faint tabular-nums"
    >
      {clockOf(createdAt)}
    </time>
  )
}

/** The time of a grouped message, in the avatar's column, while somebody looks for it. */
function Gutter({ createdAt }: { createdAt: string }) {
  return (
    <time
      dateTime={createdAt}
      title={fullDateOf(createdAt)}
      className="invisible pt-1 text-right whitespace-nowrap leading-[15px] text-[11px] text-faint tabular-nums group-hover:visible group-focus-within:visible"
    >
      {shortClockOf(createdAt)}
    </time>
  )
}
