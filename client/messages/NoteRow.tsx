import type { ConversationEvent } from '../../src/conversations/schema'
import { usePerson } from '../accounts/usePeople'
import { clockOf, fullDateOf } from '../ui/dates'

/** Something that happened to the conversation or its members: a quiet line, not a message. */
export function NoteRow({ event, direct }: { event: ConversationEvent; direct: boolean }) {
  const actor = usePerson(event.actorId)?.displayName ?? 'Somebody'
  const subject = usePerson(subjectOf(event))?.displayName ?? 'somebody'
  return (
    <div className="flex items-baseline gap-2 px-5 py-[3px] pl-[68px] text-note text-muted max-md:px-3.5 max-md:pl-[62px]">
      <span className="min-w-0 wrap-anywhere">{wordsOf(event, { actor, subject, direct })}</span>
      <time
        dateTime={event.at}
        title={fullDateOf(event.at)}
        className="shrink-0 text-xs text-faint tabular-nums"
      >
        {clockOf(event.at)}
      </time>
    </div>
  )
}

function subjectOf(event: ConversationEvent): string {
  switch (event.type) {
    case 'joined':
      return event.user.id
    case 'left':
    case 'role':
      return event.userId
    case 'created':
    case 'renamed':
      return event.actorId
  }
}

interface Names {
  actor: string
  subject: string
  direct: boolean
}

function wordsOf(event: ConversationEvent, { actor, subject, direct }: Names): string {
  const oneself = subjectOf(event) === event.actorId
  switch (event.type) {
    case 'created':
      return direct ? `${actor} began the conversation` : `${actor} made this channel`
    case 'joined':
      return oneself ? `${actor} joined` : `${actor} added ${event.user.displayName}`
    case 'left':
      return oneself ? `${actor} left` : `${actor} removed ${subject}`
    case 'role':
      return event.role === 'owner' ? `${subject} is an owner now` : `${subject} is no longer an owner`
    case 'renamed':
      return `${actor} renamed this to ${event.name}`
  }
}
