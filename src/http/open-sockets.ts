import { GOING_AWAY, SIGNED_OUT, type Socket } from './subscription'

/** Sockets closed in one go when the server goes away, and the pause after, so that they don't come back at once. */
const DRAIN_BATCH = 200
const DRAIN_PAUSE_MS = 50

/** The sockets of this instance, subscribed to something or not. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>()

  add(ws: Socket): void {
    this.#sockets.add(ws)
  }

  delete(ws: Socket): void {
    this.#sockets.delete(ws)
  }

  /** The sessions that have a socket here, each once. */
  sessionIds(): string[] {
    return [...new Set([...this.#sockets].map((ws) => ws.data.viewer.sessionId))]
  }

  /** Closes all sockets of sessions that have ended. */
  signOut(sessionIds: ReadonlySet<string>): void {
    if (sessionIds.size === 0) return
    for (const ws of [...this.#sockets])
      if (sessionIds.has(ws.data.viewer.sessionId)) ws.close(SIGNED_OUT, 'Signed out')
  }

  /** Closes all of them in small batches, so that their clients come back spread out. */
  async drain(): Promise<void> {
    for (const [index, ws] of [...this.#sockets].entries()) {
      ws.close(GOING_AWAY, 'Service restart')
      if (index % DRAIN_BATCH === DRAIN_BATCH - 1) await Bun.sleep(DRAIN_PAUSE_MS)
    }
  }
}
