import type { DatabaseState } from '../../verify/history'

/** The one conversation that a story plays in. */
export const C = 'c'

export type EventRow = DatabaseState['events'][number]
export type MessageRow = DatabaseState['messages'][number]

/** The database of a story: one conversation, its log, its messages and its members. */
export class Logged {
  readonly database: DatabaseState = { conversations: [], events: [], messages: [], members: [] }
  readonly conversation = { id: C, lastSeq: 0, lastNumber: 0 }

  /** Members from the beginning, the first of whom made it. */
  constructor(...people: string[]) {
    this.database.conversations.push(this.conversation)
    this.log('created', people[0] ?? '', null)
    for (const userId of people) this.admit(userId, 1)
  }

  /** An event of the log, in its place; nobody is told. */
  log(kind: string, actorId: string, subjectId: string | null): EventRow {
    this.conversation.lastSeq += 1
    const row = { conversationId: C, seq: this.conversation.lastSeq, kind, actorId, subjectId }
    this.database.events.push(row)
    return row
  }

  message(id: string): MessageRow {
    return there(this.database.messages.find((row) => row.id === id))
  }

  isMember(userId: string): boolean {
    return this.database.members.some((row) => row.userId === userId && row.leftSeq === null)
  }

  /** The row of a member; nobody is told. */
  admit(userId: string, joinedSeq: number): void {
    const { database } = this
    database.members = database.members.filter((row) => row.userId !== userId)
    const cursors = { delivered: joinedSeq, read: joinedSeq }
    database.members.push({ conversationId: C, userId, joinedSeq, leftSeq: null, ...cursors })
  }
}

export function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the story has no such thing')
  return found
}
