import { createStore } from 'zustand/vanilla'
import type { Sent } from '../../src/messages/schema'
import type { Kept } from '../lib/kept'
import { type Problem, toProblem } from '../lib/problem'
import { fullJitter, type Timing } from '../lib/timing'
import { type KeptMessage, nextToSend, type OutboxAction, outboxReducer, type Pending } from './outbox-state'

export interface OutboxDeps {
  kept: Kept<KeptMessage>
  timing: Timing
  newId(): string
  send(message: { id: string; conversationId: string; body: string }): Promise<Sent>
  /** False while nothing is expected to get through: it is tried all the same, but shown as queued. */
  reachable(): boolean
  /** The session has ended. What is unsent waits for its person to sign in again. */
  onSignedOut(): void
  onRefused(message: Pending): void
}

/** These say something about the message; everything else, 401 aside, may be different the next time. */
export const DEFINITE: ReadonlySet<number> = new Set([400, 403, 404, 409, 413])
const RETRY_BASE_MS = 500
const RETRY_CAP_MS = 10_000
/** Whoever hears of the lost session stops this outbox; should it have been a mistake, it goes on after this. */
const SIGNED_OUT_MS = 30_000
/** A browser's database can hang; the message goes out then, and is kept when it can be. */
const KEEP_MS = 1_000

/**
 * Sends what was written, for as long as it takes, and keeps it until the server has answered or the log shows it.
 *
 * One message of a conversation is on its way at a time, so they arrive in the order of writing; conversations don't
 * wait for each other. Every try has the same id, so the server takes a message once, however often it comes: from
 * this tab, from another one, or from one that is gone.
 */
export class Outbox {
  readonly store = createStore<{ pending: readonly Pending[] }>(() => ({ pending: [] }))
  readonly #onTheWay = new Set<string>()
  readonly #waits = new Map<string, { cancel: () => void; patient: boolean }>()
  #running = false

  constructor(readonly deps: OutboxDeps) {}

  /** Sends what an earlier page left, and everything from now on. */
  async start(): Promise<void> {
    // What is written meanwhile waits: it comes after what was left.
    this.#do({ type: 'loaded', kept: await this.#within(KEEP_MS, this.deps.kept.all(), []) })
    this.#running = true
    this.wake()
  }

  /** Nothing more goes out. What is on its way is still answered for. */
  stop(): void {
    this.#running = false
    for (const { cancel } of this.#waits.values()) cancel()
    this.#waits.clear()
  }

  write(conversationId: string, body: string): void {
    const message = {
      id: this.deps.newId(),
      conversationId,
      body,
      since: this.deps.timing.now(),
      failure: null,
    }
    this.#do({ type: 'written', message })
    void this.#keep(message).then(() => this.#pump(conversationId))
  }

  retry(id: string): void {
    const message = this.find(id)
    if (message?.state !== 'failed') return
    this.#do({ type: 'retried', id })
    void this.#keep({ ...message, failure: null }).then(() => this.#pump(message.conversationId))
  }

  /** Does nothing while the message is on its way: nobody could say whether it arrived. */
  discard(id: string): void {
    const message = this.find(id)
    if (message === undefined || this.#onTheWay.has(id)) return
    this.#forget([id])
    this.#pump(message.conversationId)
  }

  /** These are in the log, so whatever became of their answers, they are sent. */
  seen(ids: readonly string[]): void {
    const mine = ids.filter((id) => this.find(id) !== undefined)
    if (mine.length === 0) return
    const conversationIds = mine.flatMap((id) => this.find(id)?.conversationId ?? [])
    this.#forget(mine)
    for (const conversationId of conversationIds) this.#pump(conversationId)
  }

  /** Tries everything now: the network or the person is back. */
  wake(): void {
    for (const [conversationId, { cancel, patient }] of this.#waits) {
      if (patient) continue
      cancel()
      this.#waits.delete(conversationId)
    }
    for (const { conversationId } of this.store.getState().pending) this.#pump(conversationId)
  }

  find(id: string): Pending | undefined {
    return this.store.getState().pending.find((message) => message.id === id)
  }

  #pump(conversationId: string): void {
    if (!this.#running || this.#waits.has(conversationId)) return
    const { pending } = this.store.getState()
    const message = nextToSend(pending, conversationId)
    const busy = pending.some(
      (other) => other.conversationId === conversationId && this.#onTheWay.has(other.id),
    )
    if (message !== undefined && !busy) void this.#send(message)
  }

  async #send({ id, conversationId, body }: Pending): Promise<void> {
    this.#onTheWay.add(id)
    this.#do({ type: 'started', id, reachable: this.deps.reachable() })
    const answer = await this.deps.send({ id, conversationId, body }).catch(toProblem)
    this.#onTheWay.delete(id)
    if ('sentence' in answer) this.#afterProblem(id, answer)
    else {
      this.#do({ type: 'answered', id, sent: answer })
      void this.deps.kept.remove(id)
    }
    this.#pump(conversationId)
  }

  #afterProblem(id: string, problem: Problem): void {
    const message = this.find(id)
    if (message === undefined || message.state === 'sent') return
    const { status, sentence, retryAfterMs, timedOut } = problem
    if (status !== null && DEFINITE.has(status)) {
      this.#do({ type: 'refused', id, sentence })
      void this.#keep({ ...message, failure: { sentence } })
      this.deps.onRefused(message)
      return
    }
    this.#do({ type: 'unanswered', id, reached: status !== null || (timedOut && this.deps.reachable()) })
    if (status === 401) this.deps.onSignedOut()
    const limits = { baseMs: RETRY_BASE_MS, capMs: RETRY_CAP_MS, failures: message.tries }
    const jitter = status === 401 ? SIGNED_OUT_MS : fullJitter(this.deps.timing, limits)
    const wait = Math.max(retryAfterMs, jitter)
    this.#waitFor(message.conversationId, { wait, patient: retryAfterMs > 0 })
  }

  #waitFor(conversationId: string, { wait, patient }: { wait: number; patient: boolean }): void {
    const cancel = this.deps.timing.after(wait, () => {
      this.#waits.delete(conversationId)
      this.#pump(conversationId)
    })
    this.#waits.set(conversationId, { cancel, patient })
  }

  /** Painted first, kept before the first try: what was seen to be sent survives the page. */
  async #keep(pending: KeptMessage): Promise<void> {
    const { id, conversationId, body, since, failure } = pending
    const kept = this.deps.kept.put(id, { id, conversationId, body, since, failure })
    await this.#within(KEEP_MS, kept, undefined)
  }

  async #within<T>(ms: number, promise: Promise<T>, other: T): Promise<T> {
    const late = Promise.withResolvers<T>()
    const cancel = this.deps.timing.after(ms, () => late.resolve(other))
    const value = await Promise.race([promise, late.promise])
    cancel()
    return value
  }

  #forget(ids: readonly string[]): void {
    this.#do({ type: 'removed', ids })
    for (const id of ids) void this.deps.kept.remove(id)
  }

  #do(action: OutboxAction): void {
    this.store.setState(({ pending }) => ({ pending: outboxReducer(pending, action) }))
  }
}
