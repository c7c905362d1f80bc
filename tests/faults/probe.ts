import { toProblem } from '../../client/lib/problem'
import { ALONE, type Api } from '../../client/lib/trpc'
import { newId } from '../../src/lib/ids'
import { callerOf } from './caller'
import type { Random } from './random'
import type { World } from './world'

export interface Probed {
  kind: 'send' | 'read'
  /** As in the history. */
  at: number
  ms: number
  /** HTTP status of the answer; null without one. */
  status: number | null
}

const EVERY_MS = 100
/** The server promises an answer within 8 s: what takes longer than this has none. */
const GIVE_UP_MS = 20_000

/** Asks both instances themselves, by no balancer, ten times a second each for a send and a read. */
export class Probe {
  readonly #world: World
  readonly #random: Random
  readonly #asked: Promise<Probed>[] = []
  readonly #timer: Timer

  constructor(world: World, random: Random) {
    this.#world = world
    this.#random = random
    this.#timer = setInterval(() => this.#ask(), EVERY_MS)
  }

  /** What they were answered with, in the order of asking. */
  async stop(): Promise<Probed[]> {
    clearInterval(this.#timer)
    return Promise.all(this.#asked)
  }

  #ask(): void {
    const { parts, instances } = this.#world
    const conversationId = this.#random.pick(parts.conversationIds)
    const userId = this.#random.pick(parts.memberIds.get(conversationId) ?? [])
    const person = parts.people.find(({ user }) => user.id === userId)
    if (person === undefined) return
    for (const instance of instances) {
      const api = callerOf(this.#world, person, instance)
      for (const kind of ['send', 'read'] as const) this.#asked.push(this.#call(api, kind, conversationId))
    }
  }

  async #call(api: Api, kind: Probed['kind'], conversationId: string): Promise<Probed> {
    const { history } = this.#world
    const at = history.now()
    const options = { ...ALONE, signal: AbortSignal.timeout(GIVE_UP_MS) }
    const call: Promise<unknown> =
      kind === 'send'
        ? api.messages.send.mutate({ id: newId(), conversationId, body: 'asked directly' }, options)
        : api.messages.history.query({ conversationId, limit: 10 }, options)
    const status = await call.then(
      () => 200,
      (error) => toProblem(error).status,
    )
    return { kind, at, ms: history.now() - at, status }
  }
}

/** How many of them got none of these statuses. */
export function answeredOtherwise(probed: readonly Probed[], statuses: readonly number[]): number {
  return probed.filter(({ status }) => status === null || !statuses.includes(status)).length
}
