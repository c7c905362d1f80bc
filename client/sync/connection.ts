import { createStore } from 'zustand/vanilla'
import type { Timing } from '../lib/timing'

/** `offline`: no socket for two seconds or more; a blip stays `connecting`. */
export type ConnectionState = 'online' | 'connecting' | 'offline'

const BLIP_MS = 2_000

/** What the person is told about the connection. */
export class Connection {
  readonly store = createStore<{ state: ConnectionState }>(() => ({ state: 'connecting' }))
  #cancel: (() => void) | null = null

  constructor(readonly timing: Timing) {}

  get isOffline(): boolean {
    return this.store.getState().state === 'offline'
  }

  up(): void {
    this.stop()
    this.store.setState({ state: 'online' })
  }

  /** There is no socket, or the browser says that there is no network. */
  down(): void {
    if (this.#cancel !== null || this.isOffline) return
    this.store.setState({ state: 'connecting' })
    this.#cancel = this.timing.after(BLIP_MS, () => {
      this.#cancel = null
      this.store.setState({ state: 'offline' })
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
