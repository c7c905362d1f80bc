import type { Broken, Recorded } from '../check'
import { broken } from './broken'

interface Look {
  delivered: number
  read: number
}

/**
 * I10: 0 ≤ read ≤ delivered ≤ head; cursors never go back. A rejoining moves them to the head, so neither there. The rows at
 * the end are one more look.
 */
export function cursorsOnlyRise({ entries, database }: Recorded): Broken[] {
  const heads = new Map(database.conversations.map(({ id, lastSeq }) => [id, lastSeq]))
  const latest = new Map<string, Look>()
  const found: Broken[] = []
  for (const entry of entries) if (entry.kind === 'cursor') look(entry, entry.head)
  for (const member of database.members) look(member, heads.get(member.conversationId) ?? 0)
  return found

  function look(at: Look & { conversationId: string; userId: string }, head: number): void {
    const { conversationId, userId, delivered, read } = at
    const whose = `${userId} in ${conversationId}`
    if (!(0 <= read && read <= delivered && delivered <= head))
      found.push(broken('I10', `${whose}: read ${read}, delivered ${delivered}, head ${head}`))
    const key = `${conversationId} ${userId}`
    const before = latest.get(key)
    if (before !== undefined && delivered < before.delivered)
      found.push(broken('I10', `${whose}: delivered went back from ${before.delivered} to ${delivered}`))
    if (before !== undefined && read < before.read)
      found.push(broken('I10', `${whose}: read went back from ${before.read} to ${read}`))
    latest.set(key, { delivered, read })
  }
}
