import type { Broken, Recorded } from '../check'
import type { DatabaseState } from '../history'
import { broken } from './broken'

/**
 * I6: one sender's messages keep the order they were sent in: on one device and in one conversation, what was written
 * first has the lower seq. What was refused in between may have been sent again later, on purpose.
 */
export function sendersKeepTheirOrder({ entries, database }: Recorded): Broken[] {
  const seqs = seqsById(database)
  const refused = new Set<string>()
  for (const entry of entries) if (entry.kind === 'send' && entry.outcome === 'refused') refused.add(entry.id)
  const latest = new Map<string, { id: string; seq: number }>()
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'write' || refused.has(entry.id)) return []
    const { id, device, conversationId } = entry
    const seq = seqs.get(id)
    if (seq === undefined) return []
    const key = `${device} ${conversationId}`
    const before = latest.get(key)
    if (before === undefined || before.seq < seq) {
      latest.set(key, { id, seq })
      return []
    }
    const first = `${device} wrote ${before.id} (seq ${before.seq}) in ${conversationId}`
    return [broken('I6', `${first} before ${id} (seq ${seq})`)]
  })
}

/**
 * I7: a send answered before another began has the lower seq, whoever sent them, within one conversation. A message begins
 * with its first attempt and is answered with the first answer. Moments that are equal are no order.
 */
export function answersAreInOrder({ entries, database }: Recorded): Broken[] {
  const found: Broken[] = []
  for (const [conversationId, sends] of spansOf({ entries, database })) {
    const begun = sends.toSorted((a, b) => a.startedAt - b.startedAt)
    const answered = sends.filter((one) => one.answeredAt !== null).toSorted(byAnswer)
    let highest: Span | null = null
    let next = 0
    for (const send of begun) {
      for (
        let one = answered[next];
        one?.answeredAt != null && one.answeredAt < send.startedAt;
        one = answered[next]
      ) {
        if (highest === null || one.seq > highest.seq) highest = one
        next += 1
      }
      if (highest !== null && highest.seq > send.seq)
        found.push(
          broken(
            'I7',
            `${highest.id} was answered with seq ${highest.seq} of ${conversationId} before ${send.id} began, which has ${send.seq}`,
          ),
        )
    }
  }
  return found
}

interface Span {
  id: string
  seq: number
  startedAt: number
  answeredAt: number | null
}

/** The messages of each conversation that got a seq, by the database or else by their answer. */
function spansOf({ entries, database }: Recorded): Map<string, Span[]> {
  const stored = new Map(database.messages.map((message) => [message.id, message]))
  const spans = new Map<string, Span>()
  const byConversation = new Map<string, Span[]>()
  for (const entry of entries) {
    if (entry.kind !== 'send') continue
    const { id, conversationId, startedAt, endedAt, outcome } = entry
    const there = stored.get(id)
    // The same id may have been tried elsewhere: that attempt came to nothing.
    if (there !== undefined && there.conversationId !== conversationId) continue
    const seq = there?.seq ?? entry.seq
    if (seq === null) continue
    const known = spans.get(id)
    const span = known ?? { id, seq, startedAt, answeredAt: null }
    if (known === undefined) {
      spans.set(id, span)
      const those = byConversation.get(conversationId) ?? []
      byConversation.set(conversationId, those)
      those.push(span)
    }
    span.startedAt = Math.min(span.startedAt, startedAt)
    if (outcome === 'ok') span.answeredAt = Math.min(span.answeredAt ?? endedAt, endedAt)
  }
  return byConversation
}

function byAnswer(a: Span, b: Span): number {
  return (a.answeredAt ?? 0) - (b.answeredAt ?? 0)
}

function seqsById({ messages }: DatabaseState): Map<string, number> {
  return new Map(messages.map(({ id, seq }) => [id, seq]))
}
