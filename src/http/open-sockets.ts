import { GOING_AWAY, SIGNED_OUT, type Socket } from './subscription'

/** Sockets closed in one go when the server goes away, and the pause after: as many a second as another instance opens. */
const DRAIN_BATCH = 50
const DRAIN_PAUSE_MS = 50
/** However many there are, that is how many pauses are made, since a stop has little time: 8 s. */
const DRAIN_PAUSES = 160

/** The sockets of this instance, subscribed to something or not. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>()
  #draining = false

  add(ws: Socket): void {
    this.#sockets.add(ws)
    if (this.#draining) sendAway(ws)
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
    this.#draining = true
    const open = [...this.#sockets]
    const batch = Math.max(DRAIN_BATCH, Math.ceil(open.length / DRAIN_PAUSES))
    for (const [index, ws] of open.entries()) {
      sendAway(ws)
      if (index % batch === batch - 1) await Bun.sleep(DRAIN_PAUSE_MS)
    }
  }
}

function sendAway(ws: Socket): void {
  ws.close(GOING_AWAY, 'Service restart')
}
