import { CURSORS_PER_CALL } from '../../src/lib/limits'
import { toProblem } from '../lib/problem'
import type { Timing } from '../lib/timing'

/** Seqs. */
interface Said {
  delivered: number
  read: number
}

export interface AcknowledgerDeps {
  timing: Timing
  update(cursors: { conversationId: string; delivered: number; read: number }[]): Promise<unknown>
}

/** Long enough for what was delivered to be shown as well, so that both go in one call. */
const GATHER_MS = 80
/** At most one call in this time. */
const PAUSE_MS = 1_000
const RETRY_MS = 3_000

/** Tells the server how far this person's clients hold and have read each conversation. */
export class Acknowledger {
  readonly #unsaid = new Map<string, Said>()
  readonly #said = new Map<string, Said>()
  #cancel: (() => void) | null = null
  #readyAt = 0
  #calling = false

  constructor(readonly deps: AcknowledgerDeps) {}

  delivered(conversationId: string, seq: number): void {
    this.#say(conversationId, { delivered: seq, read: 0 })
  }

  read(conversationId: string, seq: number): void {
    this.#say(conversationId, { delivered: seq, read: seq })
  }

  /** There is nothing to say any more about a conversation one is not in. */
  forget(conversationId: string): void {
    this.#unsaid.delete(conversationId)
    this.#said.delete(conversationId)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#unsaid.clear()
  }

  #say(conversationId: string, cursor: Said): void {
    if (!isFarther(cursor, this.#said.get(conversationId))) return
    this.#unsaid.set(conversationId, farther(this.#unsaid.get(conversationId), cursor))
    this.#schedule(GATHER_MS)
  }

  #schedule(ms: number): void {
    if (this.#cancel !== null || this.#calling || this.#unsaid.size === 0) return
    const wait = Math.max(ms, this.#readyAt - this.deps.timing.now())
    this.#cancel = this.deps.timing.after(wait, () => {
      this.#cancel = null
      void this.#call()
    })
  }

  async #call(): Promise<void> {
    const batch = [...this.#unsaid].slice(0, CURSORS_PER_CALL)
    for (const [conversationId] of batch) this.#unsaid.delete(conversationId)
    this.#calling = true
    try {
      await this.deps.update(batch.map(([conversationId, cursor]) => ({ conversationId, ...cursor })))
      for (const [id, cursor] of batch) this.#said.set(id, farther(this.#said.get(id), cursor))
      this.#readyAt = this.deps.timing.now() + PAUSE_MS
    } catch (cause) {
      this.#readyAt = this.deps.timing.now() + RETRY_MS
      for (const [id, cursor] of withoutBlamed(batch, toProblem(cause).field))
        this.#unsaid.set(id, farther(this.#unsaid.get(id), cursor))
    }
    this.#calling = false
    this.#schedule(GATHER_MS)
  }
}

/** One conversation that is gone makes the server refuse them all; it says which (`cursors.3.conversationId`). */
function withoutBlamed(batch: [string, Said][], field: string | null): [string, Said][] {
  const index = /^cursors\.(\d+)\./.exec(field ?? '')?.[1]
  return index === undefined ? batch : batch.filter((_, at) => at !== Number(index))
}

function farther(known: Said | undefined, cursor: Said): Said {
  if (known === undefined) return cursor
  return {
    delivered: Math.max(known.delivered, cursor.delivered),
    read: Math.max(known.read, cursor.read),
  }
}

function isFarther(cursor: Said, known: Said | undefined): boolean {
  return known === undefined || cursor.delivered > known.delivered || cursor.read > known.read
}
