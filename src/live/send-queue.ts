import { isUnavailable, isUniqueViolation } from '../db/failures'
import type { Sql } from '../db/open'
import { AppError, unavailable } from '../lib/errors'
import type { Failpoints } from '../lib/failpoints'
import type { Logger } from '../lib/logger'
import type { MessageEvent } from '../messages/schema'
import type { Bus } from './bus'
import { conversationChannel } from './channels'
import { type Answer, type Outcome, type Send, writeSends } from './write-sends'

/** The most sends in one statement: beyond it a batch only gets slower to answer (DESIGN, section 3). */
const BATCH_MAX = 256
/** Sends waiting on this instance. More means that the database has stopped: say so at once. */
const WAITING_MAX = 10_000
/** Conversations held by other transactions that may be waited for at the same time. */
const WAITERS_MAX = 4

/**
 * Statements in flight at once, each of other conversations: while PostgreSQL writes one batch, the next is gathered, told and
 * answered. 64 sends in 100 conversations, two cores: one at a time 2,240/s, two 3,350, four 2,450.
 */
const STATEMENTS_MAX = 2

interface SendQueueDeps {
  sql: Sql
  bus: Bus
  logger: Logger
  failpoints?: Failpoints | undefined
}

interface Pending {
  send: Send
  settle: (outcome: Outcome) => void
  fail: (error: unknown) => void
}

/**
 * The group commit. Sends that arrive while statements are in flight are written together by the next one; there is
 * no timer, so an idle server sends at once.
 *
 * These statements never wait for a lock: a conversation that another transaction holds comes back `busy` and gets a
 * lane of its own, so it cannot stall the others.
 */
export class SendQueue {
  readonly #deps: SendQueueDeps
  #waiting: Pending[] = []
  #statements = 0
  /** Conversations in a statement now: their next sends wait for it, whoever else goes. */
  readonly #inFlight = new Set<string>()
  /** Sends of conversations that another transaction held, each conversation a lane. */
  readonly #held = new Map<string, Pending[]>()
  /** The lanes that a statement is waiting for. */
  readonly #running = new Set<string>()
  #waiters = 0
  /** Sends that have no answer yet. */
  #size = 0

  constructor(deps: SendQueueDeps) {
    this.#deps = deps
  }

  /**
   * Answers once the send is committed and told, or refused.
   *
   * @throws SERVICE_UNAVAILABLE when the database cannot take it now: whether it was written is then unknown, and the
   * same id may be sent again
   */
  submit(send: Send): Promise<Outcome> {
    if (this.#size >= WAITING_MAX) return Promise.reject(unavailable())
    this.#size += 1
    const answer = new Promise<Outcome>((settle, fail) => {
      const held = this.#held.get(send.conversationId)
      const queue = held ?? this.#waiting
      queue.push({ send, settle, fail })
      if (held === undefined && !this.#inFlight.has(send.conversationId)) void this.#run()
    })
    return answer.finally(() => {
      this.#size -= 1
    })
  }

  async #run(): Promise<void> {
    if (this.#statements >= STATEMENTS_MAX) return
    this.#statements += 1
    // Whatever else this turn of the event loop brings in goes into the first batch too.
    await Promise.resolve()
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      const ids = new Set(batch.map(({ send }) => send.conversationId))
      for (const id of ids) this.#inFlight.add(id)
      await this.#write(batch, false)
      for (const id of ids) this.#inFlight.delete(id)
    }
    this.#statements -= 1
  }

  /** Who waits and may go, the first ones first. */
  #take(): Pending[] {
    const batch: Pending[] = []
    const rest: Pending[] = []
    for (const pending of this.#waiting) {
      const goes = batch.length < BATCH_MAX && !this.#inFlight.has(pending.send.conversationId)
      ;(goes ? batch : rest).push(pending)
    }
    this.#waiting = rest
    return batch
  }

  #hold(pending: Pending): void {
    const { conversationId } = pending.send
    const held = this.#held.get(conversationId)
    if (held === undefined) this.#held.set(conversationId, [pending])
    else held.push(pending)
  }

  async #runHeld(): Promise<void> {
    if (this.#waiters >= WAITERS_MAX) return
    this.#waiters += 1
    for (let next = this.#takeHeld(); next !== undefined; next = this.#takeHeld()) {
      const [conversationId, queue] = next
      while (queue.length > 0) await this.#write(queue.splice(0, BATCH_MAX), true)
      this.#held.delete(conversationId)
      this.#running.delete(conversationId)
    }
    this.#waiters -= 1
  }

  #takeHeld(): [string, Pending[]] | undefined {
    for (const entry of this.#held) {
      if (this.#running.has(entry[0])) continue
      this.#running.add(entry[0])
      return entry
    }
    return undefined
  }

  /** Never throws: every pending send of the batch is settled, failed or held. */
  async #write(batch: Pending[], mayWait: boolean): Promise<void> {
    const { failpoints } = this.#deps
    let outcomes: Outcome[]
    try {
      if (failpoints) await failpoints.reach('send.beforeCommit')
      outcomes = await writeSends(
        this.#deps.sql,
        batch.map(({ send }) => send),
        mayWait,
      )
    } catch (error) {
      return this.#writeFailed(batch, mayWait, error)
    }
    const anySent = failpoints !== undefined && outcomes.some(({ kind }) => kind === 'sent')
    if (anySent) await failpoints.reach('send.committed')
    for (const [index, { send }] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome?.kind === 'sent') this.#tell(send, outcome)
    }
    if (anySent) await failpoints.reach('send.told')
    for (const [index, pending] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) pending.fail(new Error('the send function left a send unanswered'))
      else if (outcome.kind === 'busy') this.#hold(pending)
      else pending.settle(outcome)
    }
    if (this.#held.size > this.#running.size) void this.#runHeld()
  }

  /** One bad row must fail alone: halve the batch until it is by itself. */
  async #writeFailed(batch: Pending[], mayWait: boolean, error: unknown): Promise<void> {
    const [first] = batch
    if (isUnavailable(error)) {
      for (const { fail } of batch) fail(unavailable(error))
    } else if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await this.#write(batch.slice(0, half), mayWait)
      await this.#write(batch.slice(half), mayWait)
    } else if (first !== undefined) {
      // The only row that another transaction can spoil: the same id, committed elsewhere in this very moment.
      if (isUniqueViolation(error))
        first.fail(new AppError('CONFLICT', 'That message id is taken.', { field: 'id', cause: error }))
      else first.fail(error)
    }
  }

  #tell(send: Send, { seq, number, createdAt }: Answer): void {
    const { id, conversationId, senderId, body } = send
    const event: MessageEvent = {
      type: 'message',
      conversationId,
      seq,
      actorId: senderId,
      at: createdAt,
      message: {
        id,
        conversationId,
        seq,
        number,
        senderId,
        body,
        createdAt,
        editedAt: null,
        deletedAt: null,
        changedSeq: seq,
      },
    }
    this.#deps.bus.publish(conversationChannel(conversationId), JSON.stringify(event))
  }
}
