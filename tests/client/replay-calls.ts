import { createTRPCClient, type TRPCLink, unstable_localLink } from '@trpc/client'
import { observable, observableToPromise } from '@trpc/server/observable'
import { toProblem } from '../../client/lib/problem'
import type { Api } from '../../client/lib/trpc'
import type { Viewer } from '../../src/accounts/sessions'
import type { Deps } from '../../src/deps'
import { ReceiptQueue } from '../../src/receipts/queue'
import { type AppRouter, appRouter } from '../../src/router'

interface CallerOptions {
  /** The most messages in one page of history: with few, a short log has many pages. */
  pageMax?: number
  /** Lets an answer through, now or later. */
  gate?: (pass: () => void) => void
}

/** Calls of the real router without HTTP, and what is under way of them. */
export class Calls {
  /** How often each mutation was answered and refused. */
  readonly outcomes = new Map<string, { done: number; refused: number }>()
  /** Answers that are neither a result nor a refusal. */
  readonly faults: string[] = []
  made = 0
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #changes = new Set<Promise<unknown>>()
  #turn: Promise<unknown> = Promise.resolve()
  #receipts: ReceiptQueue

  constructor(readonly deps: Deps) {
    this.#receipts = new ReceiptQueue(deps)
  }

  as(viewer: Viewer, { pageMax = 200, gate = (pass) => pass() }: CallerOptions = {}): Api {
    const router = unstable_localLink<AppRouter>({
      router: appRouter,
      createContext: async () => ({
        deps: { ...this.deps, receipts: this.#receipts },
        viewer,
        cookie: { set() {}, clear() {} },
      }),
    })
    const watch: TRPCLink<AppRouter> =
      () =>
      ({ op, next }) =>
        observable((observer) => {
          const { path, type } = op
          const ask = () => observableToPromise(next({ ...op, input: withLimit(path, op.input, pageMax) }))
          const answer = type === 'mutation' ? this.#change(path, ask) : ask()
          this.track(answer)
          void answer.then(
            (result) =>
              gate(() => {
                observer.next(result)
                observer.complete()
              }),
            (error) => gate(() => observer.error(error)),
          )
        })
    return createTRPCClient<AppRouter>({ links: [watch, router] })
  }

  track(work: Promise<unknown>): void {
    this.made += 1
    const done: Promise<unknown> = work.catch(() => {}).finally(() => this.#underWay.delete(done))
    this.#underWay.add(done)
  }

  /** Resolves when the server has answered all there was, and the answers have led to nothing more. */
  async idle(): Promise<void> {
    do {
      await Promise.all(this.#underWay)
      // A timer, since what react-query has to tell its observers, it tells from one.
      await new Promise((resolve) => setTimeout(resolve, 0))
    } while (this.#underWay.size > 0)
  }

  async #change<T>(path: string, ask: () => Promise<T>): Promise<T> {
    const outcome = this.outcomes.get(path) ?? { done: 0, refused: 0 }
    this.outcomes.set(path, outcome)
    try {
      const answer = await (path.startsWith('receipts.') ? this.#alone(ask) : this.#among(ask))
      outcome.done += 1
      return answer
    } catch (error) {
      outcome.refused += 1
      const { status, sentence } = toProblem(error)
      if (status === null || status >= 500) this.faults.push(`${path}: ${sentence}`)
      throw error
    }
  }

  #among<T>(ask: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(ask)
    const noted: Promise<unknown> = done.catch(() => {}).finally(() => this.#changes.delete(noted))
    this.#changes.add(noted)
    return done
  }

  /** Cursors are written at once, and while nothing else holds their rows: the queue would be back only in a second. */
  #alone<T>(ask: () => Promise<T>): Promise<T> {
    const done = Promise.all([this.#turn, ...this.#changes]).then(async () => {
      this.#receipts = new ReceiptQueue(this.deps)
      const answer = await ask()
      await this.#receipts.stop()
      return answer
    })
    this.#turn = done.catch(() => {})
    return done
  }
}

function withLimit(path: string, input: unknown, limit: number): unknown {
  if (path !== 'messages.history' || typeof input !== 'object') return input
  return { ...input, limit: Math.min(limit, Number(Reflect.get(input ?? {}, 'limit') ?? limit)) }
}
