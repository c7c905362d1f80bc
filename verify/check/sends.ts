import type { Broken, Recorded } from '../check'
import type { DatabaseState, Entry } from '../history'
import { broken } from './broken'

/** I1: every send answered ok is in the database at the answered seq with the same body, unless edited or deleted since. */
export function answeredSendsAreStored({ entries, database }: Recorded): Broken[] {
  const stored = messagesById(database)
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'send' || entry.outcome !== 'ok') return []
    const rows = stored.get(entry.id) ?? []
    const found = rows.some(
      (row) =>
        row.conversationId === entry.conversationId &&
        row.senderId === entry.userId &&
        row.seq === entry.seq &&
        row.number === entry.number &&
        (row.edited || row.deleted || row.body === entry.body),
    )
    if (found) return []
    const answer = `send ${entry.id} of ${entry.device} was answered with seq ${entry.seq} and number ${entry.number}`
    return [broken('I1', `${answer}; the database has ${JSON.stringify(rows)}`)]
  })
}

/** I8: a send that definitely failed never appears. */
export function refusedSendsNeverAppear({ entries, database }: Recorded): Broken[] {
  const stored = messagesById(database)
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'send' || entry.outcome !== 'refused') return []
    // An id that is somebody else's, or elsewhere, is refused for being there.
    const row = stored
      .get(entry.id)
      ?.find((one) => one.conversationId === entry.conversationId && one.senderId === entry.userId)
    if (row === undefined) return []
    return [
      broken(
        'I8',
        `send ${entry.id} of ${entry.device} was refused with ${entry.status}; it is in the database at seq ${row.seq}`,
      ),
    ]
  })
}

/**
 * I8: a send with unknown outcome appears at most once. Under its own id that is I4; here, no text that was written so many
 * times is there more often, which is what a retry under a new id does. Texts are told apart by what they say, so a run
 * must not write the same text twice on purpose without a `write` entry for each.
 */
export function whatWasWrittenAppearsOnce({ entries, database }: Recorded): Broken[] {
  const written = new Map<string, number>()
  for (const entry of entries)
    if (entry.kind === 'write') {
      const key = textKey(entry)
      written.set(key, (written.get(key) ?? 0) + 1)
    }
  const rows = database.messages.filter((row) => !row.edited && !row.deleted)
  const groups = Map.groupBy(rows, textKey)
  return [...groups].flatMap(([key, same]): Broken[] => {
    const ids = new Set(same.map((row) => row.id))
    const times = written.get(key)
    if (times === undefined || ids.size <= times) return []
    const where = same.map((row) => `${row.id} at seq ${row.seq}`).join(', ')
    return [
      broken('I8', `${JSON.stringify(same[0]?.body)} was written ${times} times and is there as ${where}`),
    ]
  })
}

/**
 * I8, seen from the person: what they wrote is stored, was refused, or is still held for sending by their outbox. Nothing a
 * person typed is lost.
 */
export function nothingWrittenIsLost({ entries, database }: Recorded): Broken[] {
  const accounted = new Set(database.messages.map((row) => row.id))
  const ends = new Map<string, readonly string[]>()
  for (const entry of entries) {
    // Of an answered send it is I1 to say that it is missing.
    if (entry.kind === 'send' && entry.outcome !== 'unknown') accounted.add(entry.id)
    if (entry.kind === 'device' && entry.state !== 'opened') ends.set(entry.device, entry.owes)
  }
  for (const owes of ends.values()) for (const id of owes) accounted.add(id)
  return entries.flatMap((entry: Entry): Broken[] => {
    if (entry.kind !== 'write' || accounted.has(entry.id) || !ends.has(entry.device)) return []
    return [
      broken(
        'I8',
        `${entry.device} wrote ${entry.id} in ${entry.conversationId}: it is neither in the database nor refused nor owed`,
      ),
    ]
  })
}

function messagesById({ messages }: DatabaseState): Map<string, DatabaseState['messages']> {
  return Map.groupBy(messages, (row) => row.id)
}

function textKey(
  of: { conversationId: string; body: string } & ({ userId: string } | { senderId: string }),
): string {
  return `${of.conversationId} ${'userId' in of ? of.userId : of.senderId} ${of.body}`
}
