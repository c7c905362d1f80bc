import { CURSORS_PER_CALL } from '../../src/lib/limits'
import type { Head } from '../../src/sync/schema'
import { toProblem } from '../lib/problem'
import type { Timing } from '../lib/timing'
import { farther, isFarther, isLost, type Said, toCursor, type Unsaid } from './said'

export interface AcknowledgerDeps {
  timing: Timing
  update(
    cursors: { conversationId: string; delivered: number; read: number; unreadVersion?: number }[],
  ): Promise<unknown>
}

/** Long enough for what was delivered to be shown as well, so that both go in one call. */
const GATHER_MS = 80
/** At most one call in this time, unless somebody waits for it. */
const PAUSE_MS = 1_000
const RETRY_MS = 3_000

/** Tells the server how far this person's clients hold and have read each conversation. */
export class Acknowledger {
  readonly #unsaid = new Map<string, Unsaid>()
  readonly #said = new Map<string, Said>()
  readonly #onTheWay = new Set<string>()
  #waiting: { conversationId: string; go: () => void }[] = []
  #cancel: (() => void) | null = null
  #readyAt = 0

  constructor(readonly deps: AcknowledgerDeps) {}

  delivered(conversationId: string, seq: number): void {
    this.#say(conversationId, { delivered: seq, read: 0, version: 0 })
  }

  /** `version` is that of the mark "unread" as it is known here: the reading clears it. */
  read(conversationId: string, seq: number, version: number): void {
    this.#say(conversationId, { delivered: seq, read: seq, version })
  }

  /** Where the server stands. What it lacks of what was said was lost with one of its processes, and is said again. */
  heard(head: Head): void {
    const known = this.#said.get(head.conversationId)
    if (known === undefined || !isLost(known, head)) return
    this.#put(head.conversationId, { ...known, timely: false })
    this.#schedule(GATHER_MS)
  }

  /** Resolves when nothing about this conversation is left to say, which is said at once: what comes next comes after it. */
  async settled(conversationId: string): Promise<void> {
    if (this.#isSettled(conversationId)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ conversationId, go: resolve })
    this.#hurry()
    await promise
  }

  /** There is nothing to say any more about a conversation one is not in. */
  forget(conversationId: string): void {
    this.#unsaid.delete(conversationId)
    this.#said.delete(conversationId)
    this.#letGo()
  }

  /** The server tells another history than before. */
  startAfresh(): void {
    for (const conversationId of [...this.#unsaid.keys(), ...this.#said.keys()]) this.forget(conversationId)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#unsaid.clear()
    this.#letGo()
  }

  #say(conversationId: string, cursor: Said): void {
    if (!isFarther(cursor, this.#said.get(conversationId))) return
    this.#put(conversationId, { ...cursor, timely: cursor.read > 0 })
    this.#schedule(GATHER_MS)
  }

  #put(conversationId: string, cursor: Unsaid): void {
    const known = this.#unsaid.get(conversationId)
    const timely = cursor.timely || known?.timely === true
    this.#unsaid.set(conversationId, { ...farther(known, cursor), timely })
  }

  #schedule(ms: number): void {
    if (this.#cancel !== null || this.#onTheWay.size > 0 || this.#unsaid.size === 0) return
    const wait = Math.max(ms, this.#readyAt - this.deps.timing.now())
    this.#cancel = this.deps.timing.after(wait, () => {
      this.#cancel = null
      void this.#call()
    })
  }

  #hurry(): void {
    this.#readyAt = 0
    this.#cancel?.()
    this.#cancel = null
    this.#schedule(0)
  }

  async #call(): Promise<void> {
    const batch = [...this.#unsaid].slice(0, CURSORS_PER_CALL)
    for (const [conversationId] of batch) {
      this.#unsaid.delete(conversationId)
      this.#onTheWay.add(conversationId)
    }
    try {
      await this.deps.update(batch.map(([conversationId, cursor]) => toCursor(conversationId, cursor)))
      for (const [id, cursor] of batch) this.#said.set(id, farther(this.#said.get(id), cursor))
      this.#readyAt = this.#isAwaited() ? 0 : this.deps.timing.now() + PAUSE_MS
    } catch (cause) {
      const blamed = blamedIn(toProblem(cause).field)
      // Refused as a whole for the sake of one, the others are not late yet.
      this.#readyAt = blamed === null ? this.deps.timing.now() + RETRY_MS : 0
      for (const [at, [id, cursor]] of batch.entries())
        if (at !== blamed) this.#put(id, { ...cursor, timely: cursor.timely && blamed !== null })
    }
    this.#onTheWay.clear()
    this.#letGo()
    this.#schedule(GATHER_MS)
  }

  #isSettled(conversationId: string): boolean {
    return !this.#unsaid.has(conversationId) && !this.#onTheWay.has(conversationId)
  }

  #isAwaited(): boolean {
    return this.#waiting.some(({ conversationId }) => this.#unsaid.has(conversationId))
  }

  #letGo(): void {
    for (const { conversationId, go } of this.#waiting) if (this.#isSettled(conversationId)) go()
    this.#waiting = this.#waiting.filter(({ conversationId }) => !this.#isSettled(conversationId))
  }
}

/** One conversation that is gone makes the server refuse them all; it says which (`cursors.3.conversationId`). */
function blamedIn(field: string | null): number | null {
  const index = /^cursors\.(\d+)\./.exec(field ?? '')?.[1]
  return index === undefined ? null : Number(index)
}
