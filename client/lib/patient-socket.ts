import type { Timing } from './timing'

/** How long an open may take before another is tried. */
const OPEN_MS = 10_000
/** How long a live socket may need to answer a probe. */
const ANSWER_MS = 3_000

/**
 * A WebSocket class that does not wait for a network that is gone. On a dead link the browser holds back the `close`
 * event, by a minute for an open socket and longer for one that was never opened, and tRPC's client waits for it.
 * Here `close()` tells at once, an open has a deadline, and a probe finds out whether the other side still answers.
 */
export function patientSocket(Base: typeof WebSocket, timing: Timing) {
  let current: PatientSocket | null = null

  class PatientSocket extends Base {
    #opened = false
    #told = false

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      current = this
      const expire = timing.after(OPEN_MS, () => this.close())
      this.addEventListener('open', (event) => {
        expire()
        if (this.#told) event.stopImmediatePropagation()
        this.#opened = true
      })
      // Registered first, so the browser's late event stops here and nobody takes it for the next socket's.
      this.addEventListener('close', (event) => {
        expire()
        if (this.#told) event.stopImmediatePropagation()
        this.#told = true
      })
      this.addEventListener('error', (event) => {
        if (this.#told) event.stopImmediatePropagation()
      })
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason)
      if (this.#told) return
      // Not by `readyState`: where an open has just failed that says so before the event does, and tRPC's client waits for
      // the error of what has not opened, for ever.
      if (!this.#opened) this.dispatchEvent(new Event('error'))
      this.dispatchEvent(new CloseEvent('close', { code: code ?? 1000, reason: reason ?? '' }))
    }
  }

  return {
    Socket: PatientSocket as typeof WebSocket,

    /** Asks an open socket for a sign of life, and closes it when none comes. */
    probe(onAlive: () => void): void {
      const socket = current
      if (socket === null || socket.readyState !== socket.OPEN) return
      const heard = () => {
        giveUp()
        onAlive()
      }
      const giveUp = timing.after(ANSWER_MS, () => {
        socket.removeEventListener('message', heard)
        if (socket.readyState === socket.OPEN) socket.close()
      })
      socket.addEventListener('message', heard, { once: true })
      socket.send('PING')
    },
  }
}
