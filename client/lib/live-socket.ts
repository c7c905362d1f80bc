import { createTRPCClient, createWSClient, type TRPCLink, wsLink } from '@trpc/client'
import type { AppRouter } from '../../src/router'
import type { LiveEvent } from '../../src/sync/schema'
import { Backoff } from './backoff'
import { patientSocket } from './patient-socket'
import { fullJitter, Naps, type Timing } from './timing'

export interface LiveSocketOptions {
  /** ws: or wss:, of the `/trpc` route. */
  url: string
  timing: Timing
  WebSocket?: typeof WebSocket
  onEvent(event: LiveEvent): void
  onOpen(): void
  /** The open socket has answered a nudge. */
  onAlive(): void
  onClose(): void
  /** The server may have refused this session: a browser cannot see why an upgrade fails, so somebody has to ask. */
  onRefused(): void
}

export interface LiveSocket {
  /** Something has changed for the better or worse: try now instead of later, and see whether the socket still lives. */
  nudge(): void
  close(): void
}

/** The server's own close code: the session has ended, do not come back. */
const SIGNED_OUT = 4401
/** Between two questions whether the session still lives. */
const ASK_MS = 30_000
/** A subscription that ended by itself, as all do while the database is away, is begun again with these waits. */
const RESUBSCRIBE = { baseMs: 2_000, capMs: 10_000 }

/**
 * The one subscription of a tab, over a socket that is opened again for as long as it takes.
 *
 * tRPC's client sleeps its whole backoff with nobody able to wake it. So its own delay is 0, and the wait lies in the
 * `url` callback, which it awaits before every open.
 */
export function openLiveSocket(options: LiveSocketOptions): LiveSocket {
  const { timing } = options
  const backoff = new Backoff(timing)
  const naps = new Naps(timing)
  const sockets = patientSocket(options.WebSocket ?? WebSocket, timing)
  let closed = false
  let askedAt = Number.NEGATIVE_INFINITY

  const client = createWSClient({
    async url() {
      const { failures } = backoff
      await naps.sleep(backoff.nextDelay())
      if (closed) throw new Error('closed')
      // After the wait, so that the questions of thousands whose server is busy are as spread out as their tries.
      if (failures >= 2 && timing.now() - askedAt >= ASK_MS) {
        askedAt = timing.now()
        options.onRefused()
      }
      return options.url
    },
    WebSocket: sockets.Socket,
    retryDelayMs: () => 0,
    lazy: { enabled: false, closeMs: 0 },
    keepAlive: { enabled: true, intervalMs: 20_000, pongTimeoutMs: 10_000 },
    onOpen() {
      backoff.opened()
      options.onOpen()
    },
    onClose(cause) {
      backoff.closed()
      options.onClose()
      if (cause?.code === SIGNED_OUT) options.onRefused()
    },
  })

  const api = createTRPCClient<AppRouter>({ links: [underOneId, wsLink({ client })] })
  /** Of subscriptions, since the last event. */
  let endings = 0
  let subscription = subscribe()

  function subscribe() {
    return api.sync.events.subscribe(undefined, {
      onData(event) {
        endings = 0
        options.onEvent(event)
      },
      onError: () => void subscribeAgain(),
      onComplete: () => void subscribeAgain(),
    })
  }

  async function subscribeAgain(): Promise<void> {
    if (closed) return
    await naps.sleep(fullJitter(timing, { ...RESUBSCRIBE, failures: endings++ }))
    if (closed) return
    subscription.unsubscribe()
    subscription = subscribe()
  }

  return {
    nudge() {
      naps.wakeAll()
      sockets.probe(options.onAlive)
    },
    close() {
      closed = true
      subscription.unsubscribe()
      naps.wakeAll()
      void client.close()
    },
  }
}

/**
 * tRPC numbers every operation, so subscriptions have other ids in every tab. The server serialises an event once for
 * all sockets that use the same id: hence 1, always.
 */
const underOneId: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    next(op.type === 'subscription' ? { ...op, id: 1 } : op)
