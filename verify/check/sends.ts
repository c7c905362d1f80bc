import type { Broken, Recorded } from '../check'

/** I1: every send answered ok is in the database at the answered seq with the same body, unless edited or deleted since. */
export function answeredSendsAreStored({ entries, database }: Recorded): Broken[] {
  const stored = new Map(database.messages.map((message) => [message.id, message]))
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'send' || entry.outcome !== 'ok') return []
    const message = stored.get(entry.id)
    const same = message?.edited || message?.deleted || message?.body === entry.body
    if (message !== undefined && message.seq === entry.seq && same) return []
    const sentence = `send ${entry.id} was answered with seq ${entry.seq}; the database has ${JSON.stringify(message ?? null)}`
    return [{ invariant: 'I1', sentence }]
  })
}
