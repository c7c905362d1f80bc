import type { LogEvent } from '../src/sync/schema'

/**
 * What an event of a log is about, the same for all ways it may come: live, by catching up, or as a row. An event about a
 * message that is read later tells the message as it is then, so its kind is no part of it.
 */
export function fingerprintOfEvent(event: LogEvent): string {
  switch (event.type) {
    case 'message':
      return `message ${event.message.id}`
    case 'joined':
      return `joined ${event.user.id}`
    case 'left':
    case 'role':
      return `${event.type} ${event.userId}`
    case 'renamed':
    case 'created':
      return event.type
  }
}

export function fingerprintOfRow({ kind, subjectId }: { kind: string; subjectId: string | null }): string {
  if (kind === 'sent' || kind === 'edited' || kind === 'deleted') return `message ${subjectId}`
  return subjectId === null ? kind : `${kind} ${subjectId}`
}
