import { PAGE_MAX, RESET_BEYOND } from '../../src/lib/limits'
import type { EventRange, LogEvent } from '../../src/sync/schema'
import type { Conversations } from '../conversations/conversations'
import { Limiter } from '../lib/limiter'
import { toProblem } from '../lib/problem'
import { fullJitter, Naps, type Timing } from '../lib/timing'
import type { Timelines } from '../messages/timelines'
import type { Windows } from '../messages/windows'

export interface FillerDeps {
  list: Conversations
  timelines: Timelines
  windows: Windows
  timing: Timing
  readRange(input: { conversationId: string; after: number; limit: number }): Promise<EventRange>
  /** One event after the other, without a hole. */
  onEvent(event: LogEvent): void
  onFilled(conversationId: string): void
  onMissing(conversationId: string): void
}

/** Conversations that are loaded or caught up at the same time. */
const WIDTH = 4

/** Brings conversations up to their heads, over HTTP, one request of a conversation at a time. */
export class Filler {
  readonly #limiter = new Limiter(WIDTH)
  readonly #busy = new Map<string, Promise<void>>()
  readonly #naps: Naps
  #stopped = false

  constructor(readonly deps: FillerDeps) {
    this.#naps = new Naps(deps.timing)
  }

  /** Fetches what lies between what is held and the head. Tries until it has it. */
  fill(conversationId: string): void {
    if (this.isBusy(conversationId)) return
    if (this.#isBehind(conversationId)) this.#run(conversationId, () => this.#catchUp(conversationId))
    else this.deps.onFilled(conversationId)
  }

  /** Loads the newest page of a conversation nobody has opened yet. */
  loadNewest(conversationId: string): void {
    this.#run(conversationId, async () => {
      await this.deps.windows.loadInBackground(conversationId)
      await this.#catchUp(conversationId)
    })
  }

  isBusy(conversationId: string): boolean {
    return this.#busy.has(conversationId)
  }

  /** Tries now what waits for another try. */
  wake(): void {
    this.#naps.wakeAll()
  }

  start(): void {
    this.#stopped = false
  }

  stop(): void {
    this.#stopped = true
    this.#naps.wakeAll()
  }

  /** Resolves when nothing is under way: for tests. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values())
  }

  #isBehind(conversationId: string): boolean {
    const timeline = this.deps.timelines.get(conversationId)
    return timeline !== undefined && timeline.head > timeline.held
  }

  #run(conversationId: string, task: () => Promise<void>): void {
    if (this.#busy.has(conversationId)) return
    const done = this.#untilDone(conversationId, task).finally(() => {
      this.#busy.delete(conversationId)
      // Something may have come between the last look and now.
      if (!this.#stopped && this.#isBehind(conversationId)) this.fill(conversationId)
    })
    this.#busy.set(conversationId, done)
  }

  async #untilDone(conversationId: string, task: () => Promise<void>): Promise<void> {
    const isOpened = () => this.deps.timelines.opened(conversationId) !== undefined
    for (let failures = 0; !this.#stopped; failures++) {
      try {
        await this.#limiter.run(task, isOpened() ? 'first' : 'last')
        return this.deps.onFilled(conversationId)
      } catch (cause) {
        const { status } = toProblem(cause)
        if (status === 404 || status === 403) return this.deps.onMissing(conversationId)
        await this.#naps.sleep(fullJitter(this.deps.timing, { baseMs: 500, capMs: 10_000, failures }))
      }
    }
  }

  async #catchUp(conversationId: string): Promise<void> {
    const { timelines, readRange, onEvent } = this.deps
    while (this.#isBehind(conversationId) && !this.#stopped) {
      const { held = 0, head = 0 } = timelines.get(conversationId) ?? {}
      if (head - held > RESET_BEYOND) {
        await this.#reset(conversationId)
        continue
      }
      const range = await readRange({ conversationId, after: held, limit: PAGE_MAX })
      // A page that is older came first: what lies between the two must not be passed over.
      if ((timelines.get(conversationId)?.held ?? held) < held) continue
      timelines.skipTo(conversationId, range.from - 1)
      for (const event of range.events) {
        // A row this server or client has no words for leaves a gap in the answer, not in the log.
        timelines.skipTo(conversationId, event.seq - 1)
        onEvent(event)
      }
      timelines.skipTo(conversationId, range.upTo)
      timelines.raiseHead(conversationId, range.head)
      if (range.upTo <= held) throw new Error('the range is behind the head')
    }
  }

  /** Too far behind to be caught up event by event: the newest page, and the list's entry with it. */
  async #reset(conversationId: string): Promise<void> {
    await this.deps.windows.restart(conversationId)
    await this.deps.list.refresh()
  }
}
