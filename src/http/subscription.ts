import type { ServerWebSocket } from 'bun'
import type { Viewer } from '../accounts/sessions'
import { conversationTopic } from '../live/channels'
import type { Sink } from '../live/stream'
import { frame } from './frames'

/** Subscriptions under these ids join native topics; tRPC's client gives Confab's own one the id 1. */
const NATIVE_IDS = 8

/** Close codes: "service restart" of the registry, and one of our own that tells a client not to come back. */
export const GOING_AWAY = 1012
export const SIGNED_OUT = 4401

export interface SocketData {
  viewer: Viewer
  subscriptions: Map<number | string, Subscription>
}
export type Socket = ServerWebSocket<SocketData>

/**
 * One tRPC subscription of a socket, and where its live stream's events go. Every open tab holds one, so it is a single
 * object without closures of its own (`bun run bench idle`).
 */
export class Subscription implements Sink {
  #detach: (() => void) | null = null
  #stopped = false

  constructor(
    readonly ws: Socket,
    readonly id: number | string,
  ) {}

  /** The id of the native topics it joins; null when it has to be sent each event by itself. */
  get native(): number | null {
    const { id } = this
    return typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= NATIVE_IDS ? id : null
  }

  /** It is fed from now on, and `detach` ends that; at once if it was stopped meanwhile. */
  attached(detach: () => void): void {
    if (this.#stopped) detach()
    else this.#detach = detach
  }

  stop(): void {
    this.#stopped = true
    this.#detach?.()
    this.#detach = null
  }

  follow(conversationId: string): boolean {
    const { native } = this
    if (native === null) return false
    this.ws.subscribe(conversationTopic(conversationId, native))
    return true
  }

  unfollow(conversationId: string): void {
    const { native } = this
    if (native !== null) this.ws.unsubscribe(conversationTopic(conversationId, native))
  }

  send(payload: string): void {
    if (this.#stopped) return
    // 0: dropped. What follows would leave a hole at the end of the stream, where no later event shows it.
    if (this.ws.send(frame.data(this.id, payload)) === 0) this.ws.close(1013, 'Too slow')
  }

  end(reason: 'signed out' | 'closing'): void {
    if (reason === 'signed out') this.ws.close(SIGNED_OUT, 'Signed out')
    else this.ws.close(GOING_AWAY, 'Service restart')
  }
}
