import { createQueryClient } from '../../client/app/clients'
import { createSession, type Session } from '../../client/app/session'
import { keptInMemory } from '../../client/lib/kept'
import { type Api, createCaches } from '../../client/lib/trpc'
import type { Viewer } from '../../src/accounts/sessions'
import type { LiveEvent } from '../../src/sync/schema'
import type { FakeTiming } from './clock'
import type { Calls } from './replay-calls'
import { Screen } from './replay-screen'

interface TabOptions {
  viewer: Viewer
  calls: Calls
  timing: FakeTiming
  pageMax: number
}

/**
 * A person's client on the real router and the real hub, without sockets in between: what the hub tells waits until a
 * story lets it arrive, and so do answers while they are held.
 */
export class ReplayTab {
  readonly session: Session
  readonly screen: Screen
  /** Of this tab; its answers can be held. */
  readonly api: Api
  /** Whether something the hub told was lost without the connection being cut. */
  lossy = false
  /** Events of logs that the hub told. */
  told = 0
  #waiting: LiveEvent[] = []
  readonly #past: LiveEvent[] = []
  #held: (() => void)[] | null = null
  #detach: (() => void) | null = null
  #connection = 0

  constructor(readonly options: TabOptions) {
    const { calls, viewer, timing, pageMax } = options
    this.api = calls.as(viewer, {
      pageMax,
      gate: (pass) => (this.#held === null ? pass() : void this.#held.push(pass)),
    })
    const queryClient = createQueryClient()
    this.session = createSession({
      user: viewer.user,
      api: this.api,
      caches: createCaches({ client: this.api, queryClient }),
      timing,
      kept: keptInMemory(),
      socketUrl: 'ws://nowhere',
      isAttentive: () => true,
      onDoubt: () => {},
    })
    this.screen = new Screen(this.session, queryClient)
  }

  get me(): string {
    return this.options.viewer.user.id
  }

  get connected(): boolean {
    return this.#detach !== null
  }

  /** Nothing that was told waits to arrive. */
  get upToDate(): boolean {
    return this.connected && this.#waiting.length === 0
  }

  /** What `session.start` does, but for the socket. */
  start(): void {
    this.session.filler.start()
    void this.session.outbox.start()
    this.session.list.load().catch(() => {})
    this.connect()
  }

  stop(): void {
    this.cut()
    this.screen.show(null)
    this.session.stop()
    this.screen.queryClient.clear()
  }

  connect(): void {
    const { calls, viewer } = this.options
    const { user, sessionId } = viewer
    const connection = ++this.#connection
    const isCurrent = () => connection === this.#connection
    const stream = calls.deps.hub.open({ userId: user.id, sessionId })
    const sink = {
      follow: () => false,
      unfollow: () => {},
      end: () => {},
      send: (payload: string) => {
        if (isCurrent()) this.#take(JSON.parse(payload))
      },
    }
    const attached = stream.attach(sink).then((detach) => {
      if (isCurrent()) this.#detach = detach
      else detach()
    })
    calls.track(attached)
  }

  /** The socket is gone, with all that was on its way. */
  cut(): void {
    this.#connection += 1
    this.#detach?.()
    this.#detach = null
    this.#waiting = []
    this.lossy = false
  }

  /** The next `count` events arrive. */
  deliver(count: number): void {
    for (const event of this.#waiting.splice(0, count)) {
      this.#past.push(event)
      this.#receive(event)
    }
  }

  /** An event of a log arrives for the second time. */
  repeat(which: number): void {
    const logged = this.#past.filter((event) => 'seq' in event)
    const event = logged[which % logged.length]
    if (event !== undefined) this.#receive(event)
  }

  /** The next event is lost, if it has a place in a log by which its loss can be noticed. */
  lose(): void {
    const [next] = this.#waiting
    if (next === undefined || !('seq' in next) || (next.type === 'left' && next.userId === this.me)) return
    this.#waiting.shift()
    this.lossy = true
  }

  hold(): void {
    this.#held ??= []
  }

  /** One of the answers that are held arrives; without `which` all of them do, and nothing is held any more. */
  release(which?: number): void {
    const held = this.#held ?? []
    if (which !== undefined) return void held.splice(which % Math.max(1, held.length), 1)[0]?.()
    this.#held = null
    for (const pass of held) pass()
  }

  #take(event: LiveEvent): void {
    if ('seq' in event) this.told += 1
    this.#waiting.push(event)
  }

  #receive(event: LiveEvent): void {
    void this.session.engine.receive(event)
    this.screen.refresh()
  }
}
