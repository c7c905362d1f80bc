/**
 * What happened, as those saw it who took part: every entry is one observation, in the order of observing. A run keeps
 * it in memory, may write it to a file (one JSON entry a line), and the checker reads it, with what the database holds
 * at the end, and names each invariant that is broken (`check/`).
 *
 * Times are milliseconds on one monotonic clock, that of the process which runs all devices.
 */
export type Entry =
  | DeviceEntry
  | WriteEntry
  | SendEntry
  | AppliedEntry
  | ResetEntry
  | FrameEntry
  | AnswerEntry
  | CursorEntry
  | PhaseEntry
  | ProcessEntry
  | LogEntry
  | ResourcesEntry
  | FinalEntry

/** Who saw it: a device is one client of one person. */
interface Seen {
  device: string
  userId: string
}

/** A device was opened, was closed by the run, or stood open at the end: then its `final` entries follow. */
export interface DeviceEntry extends Seen {
  kind: 'device'
  at: number
  state: 'opened' | 'closed' | 'end'
  /** Ids of the messages that its outbox still holds and that are not answered: none at the opening. */
  owes: string[]
}

/** A person pressed Enter: from here on their device owes the message to everybody. */
export interface WriteEntry extends Seen {
  kind: 'write'
  at: number
  conversationId: string
  id: string
  body: string
}

/** One attempt to send. `refused` is definite (400, 403, 404, 409, 413); `unknown` is every other failure. */
export interface SendEntry extends Seen {
  kind: 'send'
  conversationId: string
  id: string
  body: string
  startedAt: number
  endedAt: number
  outcome: 'ok' | 'refused' | 'unknown'
  /** null unless it was answered ok. */
  seq: number | null
  number: number | null
  /** HTTP status of the answer; null without one. */
  status: number | null
}

/** A device applied an event of a log. `what` says what it is about: see `fingerprint.ts`. */
export interface AppliedEntry extends Seen {
  kind: 'applied'
  at: number
  conversationId: string
  seq: number
  what: string
}

/** A device's place in a log changed by something else than the next event: a page, a jump, a new history. Declared. */
export interface ResetEntry extends Seen {
  kind: 'reset'
  at: number
  conversationId: string
  /** What it holds from now on; null when it dropped the conversation. */
  held: number | null
  /** It went forward without the events in between, and without a page that stands for them. */
  skipped: boolean
}

/** Something came over a device's socket. `socket` counts the sockets of the device. */
export interface FrameEntry extends Seen {
  kind: 'frame'
  at: number
  socket: number
  type: string
  /** null for what is about no single conversation (`sync`, `digest`: then `heads` names them). */
  conversationId: string | null
  /** Of `sync`, `digest` and `conversation`: where each conversation stands that it names. */
  heads: Standing[]
  /** null for what has no place in a log. */
  seq: number | null
  /** Of what has a place in a log, what it is about: see `fingerprint.ts`. */
  what: string | null
  /** Of a joining, a leaving, a receipt or typing: whose. */
  subjectId: string | null
}

/** The seq that a conversation's log had reached when a server read it for somebody. */
export interface Standing {
  conversationId: string
  seq: number
}

/** A call was answered, or failed. */
export interface AnswerEntry extends Seen {
  kind: 'answer'
  path: string
  /** The conversation it asked about, if it was one. */
  conversationId: string | null
  /** The people it named: whom to add, whom to remove. */
  subjectIds: string[]
  startedAt: number
  endedAt: number
  ok: boolean
  /** HTTP status; null when no answer came, so that nobody knows whether the call was carried out. */
  status: number | null
  /** Where the conversations stand that it was answered with. */
  heads: Standing[]
  /** The sentence of a refusal as the client got it; null when it went well. */
  sentence: string | null
}

/** A look at a row of `members` in the database, with the head of that moment. */
export interface CursorEntry {
  kind: 'cursor'
  at: number
  conversationId: string
  userId: string
  joinedSeq: number
  delivered: number
  read: number
  head: number
}

/** What the run did to the system. `settled`: every device held every head; `unsettled`: not within the time given. */
export interface PhaseEntry {
  kind: 'phase'
  at: number
  phase: 'fault' | 'heal' | 'settled' | 'unsettled'
  detail: string
}

/** A process of the system ended. */
export interface ProcessEntry {
  kind: 'process'
  at: number
  name: string
  exit: number | string
  /** The run ended it, or had it end itself. */
  expected: boolean
}

/** A line that a server wrote which nobody should have to read: an unexpected error. */
export interface LogEntry {
  kind: 'log'
  at: number
  name: string
  line: string
}

/** What a server holds, before the load came and after it went, by name (`sockets`, `connections`, `heap`, `rss`, …). */
export interface ResourcesEntry {
  kind: 'resources'
  at: number
  name: string
  phase: 'before' | 'after'
  held: Record<string, number>
}

/** What a device that stands open shows of one conversation at the end. */
export interface FinalEntry extends Seen {
  kind: 'final'
  conversationId: string
  held: number
  /** The window's message numbers, both inclusive. */
  from: number
  to: number
  lastNumber: number
  messages: FinalMessage[]
}

export interface FinalMessage {
  id: string
  number: number
  seq: number
  senderId: string
  body: string
  deleted: boolean
}

/** What the database holds at the end, of the conversations that the run used. */
export interface DatabaseState {
  conversations: { id: string; lastSeq: number; lastNumber: number }[]
  events: {
    conversationId: string
    seq: number
    kind: string
    actorId: string
    subjectId: string | null
  }[]
  messages: (FinalMessage & { conversationId: string; edited: boolean })[]
  members: {
    conversationId: string
    userId: string
    joinedSeq: number
    leftSeq: number | null
    delivered: number
    read: number
  }[]
}

export class History {
  readonly entries: Entry[] = []
  readonly #start = performance.now()

  /** Milliseconds since the run began. */
  now(): number {
    return performance.now() - this.#start
  }

  add(entry: Entry): void {
    this.entries.push(entry)
  }

  phase(phase: PhaseEntry['phase'], detail: string): void {
    this.add({ kind: 'phase', at: this.now(), phase, detail })
  }

  /** One entry a line, and what the database holds as the last one. */
  async writeTo(file: string, database: DatabaseState): Promise<void> {
    await Bun.write(file, '')
    const writer = Bun.file(file).writer()
    for (const entry of this.entries) writer.write(`${JSON.stringify(entry)}\n`)
    writer.write(`${JSON.stringify({ kind: 'database', ...database })}\n`)
    await writer.end()
  }
}
