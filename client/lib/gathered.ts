import type { Timing } from './timing'

/** Two drawings of a screen at 60 Hz, in milliseconds. */
const PAUSE_MS = 33

/**
 * Hands on what comes: the first at once, and what follows within a moment together. All that is handed on in one task is
 * drawn at once, while every message of a burst by itself takes as long to draw as the whole.
 */
export function gathered<T>(timing: Timing, handOn: (item: T) => void): (item: T) => void {
  const waiting: T[] = []
  let openAt = 0

  function handAllOn() {
    openAt = timing.now() + PAUSE_MS
    for (const item of waiting.splice(0)) handOn(item)
  }

  return (item) => {
    waiting.push(item)
    if (waiting.length > 1) return
    const wait = openAt - timing.now()
    // A clock that was set back must not make anybody wait for it.
    if (wait <= 0 || wait > PAUSE_MS) handAllOn()
    else timing.after(wait, handAllOn)
  }
}
