import type { Participant } from '../../verify/participant'
import type { World } from './world'

/** A message whose answer its writer did not get. */
export interface Unanswered {
  id: string
  conversationId: string
  body: string
}

export interface Retried {
  /** Of the messages: more or less than one row for an id is none. */
  stored: number
  /** Of the retries. */
  answered: number
  /** Answers that name another place than the message has. */
  different: number
}

/** Sends each of these messages once more from each of these clients of its writer, and compares what they are told. */
export async function retryAll(
  world: World,
  messages: ReadonlyMap<Unanswered, readonly Participant[]>,
): Promise<Retried> {
  const ids = [...messages.keys()].map(({ id }) => id)
  const rows = await world.parts.sql<{ id: string; seq: string }[]>`
    SELECT id, seq FROM messages WHERE id = ANY (${ids}::uuid[])`
  const seqs = new Map(rows.map(({ id, seq }) => [id, Number(seq)]))
  const retried = { stored: seqs.size, answered: 0, different: 0 }
  for (const [message, clients] of messages)
    for (const client of clients) {
      const sent = await client.sendAgain(message).catch(() => null)
      if (sent === null) continue
      retried.answered += 1
      if (sent.seq !== seqs.get(message.id)) retried.different += 1
    }
  return retried
}

/** Milliseconds from writing these until devices applied them, for each message and device. */
export function arrivals(world: World, messages: Iterable<Unanswered>, devices: Iterable<Participant>) {
  const names = new Set([...devices].map(({ device }) => device))
  const wanted = new Map([...messages].map(({ id }) => [`message ${id}`, id]))
  const written = new Map<string, number>()
  const delays: number[] = []
  for (const entry of world.history.entries) {
    if (entry.kind === 'write') written.set(entry.id, entry.at)
    if (entry.kind !== 'applied' || !names.has(entry.device)) continue
    const at = written.get(wanted.get(entry.what) ?? '')
    if (at !== undefined) delays.push(entry.at - at)
  }
  return delays
}
