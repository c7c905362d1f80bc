import type { Broken, Recorded } from '../check'
import type { DatabaseState, FinalEntry, FinalMessage } from '../history'
import { broken, knownConversations } from './broken'

/**
 * I2: every client that is a member at the end has every event it may see applied (or can page to it after a declared
 * reset): it holds the head, and its window shows what the database has.
 *
 * Those that were closed by then are none of it; those that stand open and show nothing of the conversation are.
 */
export function membersHoldEverything({ entries, database }: Recorded): Broken[] {
  const known = knownConversations(database)
  const rows = rowsByNumber(database)
  const memberships = Map.groupBy(
    database.members.filter(({ leftSeq, conversationId }) => leftSeq === null && known.has(conversationId)),
    (member) => member.userId,
  )
  const finals = new Map<string, FinalEntry>()
  const open: { device: string; userId: string }[] = []
  for (const entry of entries) {
    if (entry.kind === 'final') finals.set(`${entry.device} ${entry.conversationId}`, entry)
    if (entry.kind === 'device' && entry.state === 'end') open.push(entry)
  }
  return open.flatMap(({ device, userId }) =>
    (memberships.get(userId) ?? []).flatMap(({ conversationId }) => {
      const head = known.get(conversationId) ?? { lastSeq: 0, lastNumber: 0 }
      const final = finals.get(`${device} ${conversationId}`)
      const of = `${device} in ${conversationId}`
      if (final === undefined) return [broken('I2', `${of}: it shows nothing, and its person is a member`)]
      if (final.held !== head.lastSeq)
        return [broken('I2', `${of}: it holds ${final.held} of ${head.lastSeq}`)]
      const faults = faultsOfWindow(final, head.lastNumber, rows.get(conversationId) ?? new Map())
      return faults.map((fault) => broken('I2', `${of}: ${fault}`))
    }),
  )
}

/** Held against the database's messages by number. An empty window has `from` just after `to`. */
function faultsOfWindow(
  { from, to, lastNumber, messages }: FinalEntry,
  last: number,
  rows: ReadonlyMap<number, FinalMessage>,
): string[] {
  const faults: string[] = []
  if (lastNumber !== last) faults.push(`it takes ${lastNumber} for the last number, which is ${last}`)
  if (from < 1 || to > last || to < from - 1) faults.push(`its window goes from ${from} to ${to} of ${last}`)
  if (messages.length !== to - from + 1)
    faults.push(`its window ${from} to ${to} has ${messages.length} messages`)
  for (const [index, message] of messages.entries()) {
    const row = rows.get(from + index)
    if (row === undefined || !isSame(message, row))
      faults.push(`it shows ${JSON.stringify(message)}; the database has ${JSON.stringify(row ?? null)}`)
  }
  return faults
}

function isSame(shown: FinalMessage, row: FinalMessage): boolean {
  const { id, number, seq, senderId, deleted } = row
  const body = deleted ? '' : row.body
  return (
    shown.id === id &&
    shown.number === number &&
    shown.seq === seq &&
    shown.senderId === senderId &&
    shown.deleted === deleted &&
    shown.body === body
  )
}

function rowsByNumber({ messages }: DatabaseState): Map<string, Map<number, FinalMessage>> {
  const rows = new Map<string, Map<number, FinalMessage>>()
  for (const message of messages) {
    const those = rows.get(message.conversationId) ?? new Map<number, FinalMessage>()
    rows.set(message.conversationId, those.set(message.number, message))
  }
  return rows
}
