import type { DatabaseState } from '../history'
import { knownConversations } from './broken'

/** Somebody is a member as of seq `from` and no more as of seq `to`, which is their leaving itself; Infinity: to the end. */
export interface Stay {
  from: number
  to: number
}

/** Who was in which conversation from where to where in its log, by what the log says. */
export class Memberships {
  readonly #stays = new Map<string, Stay[]>()
  readonly #known: ReadonlyMap<string, unknown>

  constructor(database: DatabaseState) {
    this.#known = knownConversations(database)
    for (const { conversationId, kind, subjectId, seq } of database.events.toSorted(
      (a, b) => a.seq - b.seq,
    )) {
      if (subjectId === null || (kind !== 'joined' && kind !== 'left')) continue
      const stays = this.#of(conversationId, subjectId)
      const last = stays.at(-1)
      if (kind === 'joined') stays.push({ from: seq, to: Number.POSITIVE_INFINITY })
      // Who leaves first was there from the beginning.
      else if (last === undefined) stays.push({ from: 1, to: seq })
      else last.to = Math.min(last.to, seq)
    }
    for (const { conversationId, userId, joinedSeq } of database.members) {
      const stays = this.#of(conversationId, userId)
      if (stays.length === 0) stays.push({ from: joinedSeq, to: Number.POSITIVE_INFINITY })
    }
  }

  /** Whether the database was asked for this conversation. */
  knows(conversationId: string): boolean {
    return this.#known.has(conversationId)
  }

  /** The stay during which the log stood at this seq; undefined for somebody who was outside then. */
  stayAt(conversationId: string, userId: string, seq: number): Stay | undefined {
    return this.staysOf(conversationId, userId).find(({ from, to }) => from <= seq && seq < to)
  }

  staysOf(conversationId: string, userId: string): readonly Stay[] {
    return this.#stays.get(`${conversationId} ${userId}`) ?? []
  }

  #of(conversationId: string, userId: string): Stay[] {
    const key = `${conversationId} ${userId}`
    const stays = this.#stays.get(key) ?? []
    this.#stays.set(key, stays)
    return stays
  }
}
