import type { Sql } from '../db/open'

/** A send whose input is valid and whose sender is signed in. */
export interface Send {
  id: string
  conversationId: string
  senderId: string
  body: string
}

/** Where a message stands, for ever. */
export interface Answer {
  seq: number
  number: number
  createdAt: string
}

export type Outcome =
  | ({ kind: 'sent' | 'known' } & Answer)
  /** The id is taken by another sender or in another conversation. */
  | { kind: 'conflict' }
  /** No such conversation, or not a member of it. */
  | { kind: 'denied' }
  /** Another transaction holds the conversation, and waiting was not allowed. */
  | { kind: 'busy' }

/** Commits a batch by one call of `send_messages` (drizzle/0003); the outcomes are in the order of the sends. */
export async function writeSends(sql: Sql, sends: Send[], mayWait: boolean): Promise<Outcome[]> {
  const rows = await sql<Row[]>`
    SELECT place, outcome, sent_seq, sent_number, sent_at FROM send_messages(
      ${sends.map((send) => send.id)}::uuid[],
      ${sends.map((send) => send.conversationId)}::uuid[],
      ${sends.map((send) => send.senderId)}::uuid[],
      ${sends.map((send) => send.body)}::text[],
      ${mayWait})`
  const outcomes: Outcome[] = []
  for (const row of rows) outcomes[Number(row.place) - 1] = toOutcome(row)
  return outcomes
}

/** As the driver gives them: int8 as text, and times too, since Drizzle switches their parsing off. */
interface Row {
  place: number
  outcome: Outcome['kind']
  sent_seq: string | null
  sent_number: string | null
  sent_at: string | Date | null
}

function toOutcome({ outcome, sent_seq, sent_number, sent_at }: Row): Outcome {
  if (outcome !== 'sent' && outcome !== 'known') return { kind: outcome }
  if (sent_at === null) throw new Error('the send function gave no time')
  return {
    kind: outcome,
    seq: Number(sent_seq),
    number: Number(sent_number),
    createdAt: new Date(sent_at).toISOString(),
  }
}
