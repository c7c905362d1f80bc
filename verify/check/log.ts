import type { Broken, Recorded } from '../check'
import { fingerprintOfRow } from '../fingerprint'
import type { DatabaseState } from '../history'
import { broken, knownConversations } from './broken'

/** I3: (conversation, seq) names the same event in the database and in every client, on its way there and applied. */
export function oneEventEverywhere({ entries, database }: Recorded): Broken[] {
  const logs = fingerprints(database)
  return entries.flatMap((entry): Broken[] => {
    if ((entry.kind !== 'applied' && entry.kind !== 'frame') || entry.what === null || entry.seq === null)
      return []
    const { kind, device, conversationId, seq, what } = entry
    const log = logs.get(conversationId ?? '')
    if (log === undefined || log.get(seq) === what) return []
    const did = kind === 'applied' ? 'applied' : 'was told'
    const is = log.get(seq) ?? 'no event'
    return [
      broken(
        'I3',
        `${device} ${did} "${what}" as seq ${seq} of ${conversationId}; the database has ${is} there`,
      ),
    ]
  })
}

/** I4: one row per message id. */
export function oneRowPerMessage({ database }: Recorded): Broken[] {
  const groups = Map.groupBy(database.messages, (row) => row.id)
  return [...groups].flatMap(([id, rows]): Broken[] =>
    rows.length === 1
      ? []
      : [
          broken(
            'I4',
            `message ${id} is there ${rows.length} times: at seqs ${rows.map(({ seq }) => seq).join(', ')}`,
          ),
        ],
  )
}

/** I5: seqs in the database are exactly 1..n per conversation, where n is its head. */
export function seqsAreDense({ database }: Recorded): Broken[] {
  const logs = Map.groupBy(database.events, (event) => event.conversationId)
  return database.conversations.flatMap(({ id, lastSeq }) =>
    dense(
      (logs.get(id) ?? []).map(({ seq }) => seq),
      lastSeq,
    ).map((fault) => broken('I5', `the log of ${id} should hold seqs 1 to ${lastSeq}: ${fault}`)),
  )
}

/** I5, the same for the numbers of messages; each stands where the log says that it was sent, and they rise together. */
export function numbersAreDense({ database }: Recorded): Broken[] {
  const rowsOf = Map.groupBy(database.messages, (row) => row.conversationId)
  const sent = new Map<string, string | null>()
  for (const { conversationId, seq, kind, subjectId } of database.events)
    if (kind === 'sent') sent.set(`${conversationId} ${seq}`, subjectId)
  const unheard = new Set(sent.keys())
  const found = database.conversations.flatMap(({ id, lastNumber }) => {
    const rows = (rowsOf.get(id) ?? []).toSorted((a, b) => a.number - b.number)
    const faults = dense(
      rows.map(({ number }) => number),
      lastNumber,
    )
    for (const [index, row] of rows.entries()) {
      const place = `${id} ${row.seq}`
      unheard.delete(place)
      if (sent.get(place) !== row.id)
        faults.push(`message ${row.id} is not what seq ${row.seq} of the log is about`)
      const before = rows[index - 1]
      if (before !== undefined && before.seq >= row.seq && before.number < row.number)
        faults.push(`number ${row.number} has seq ${row.seq}, and number ${before.number} seq ${before.seq}`)
    }
    return faults.map((fault) =>
      broken('I5', `the messages of ${id} should have numbers 1 to ${lastNumber}: ${fault}`),
    )
  })
  return [
    ...found,
    ...[...unheard].map((place) => broken('I5', `there is no message for the sending at ${place}`)),
  ]
}

/** What keeps these numbers from being exactly 1..last, in words. */
function dense(numbers: number[], last: number): string[] {
  const faults: string[] = []
  const sorted = numbers.toSorted((a, b) => a - b)
  let expected = 1
  for (const number of sorted) {
    if (number > expected)
      faults.push(`${expected === number - 1 ? expected : `${expected} to ${number - 1}`} missing`)
    if (number < expected) faults.push(number < 1 ? `${number} is there` : `${number} is there twice`)
    expected = Math.max(expected, number + 1)
  }
  if (expected <= last) faults.push(`${expected === last ? last : `${expected} to ${last}`} missing`)
  if (expected > last + 1) faults.push(`it goes on to ${expected - 1}`)
  return faults
}

function fingerprints(database: DatabaseState): Map<string, Map<number, string>> {
  const logs = new Map([...knownConversations(database).keys()].map((id) => [id, new Map<number, string>()]))
  for (const event of database.events) logs.get(event.conversationId)?.set(event.seq, fingerprintOfRow(event))
  return logs
}
