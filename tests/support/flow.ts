import type { Socket } from 'bun'
import type { Rate } from './rate'

/** What one direction of an edge does to bytes. */
export interface Weather {
  hole: boolean
  delayMs: number
  /** null: no limit. */
  rate: Rate | null
  /** null: never. */
  cutAfter: number | null
}

interface Chunk {
  bytes: Uint8Array
  /** Not before this, on the clock of `performance.now()`. */
  due: number
}

/** A reader is stopped when so many bytes wait, and let on when most of them are gone: as TCP's own buffers do. */
const FULL = 1024 * 1024

/** The bytes of one connection in one direction, with the weather on their way. */
export class Flow {
  from: Pick<Socket<unknown>, 'pause' | 'resume'> | null
  to: Pick<Socket<unknown>, 'write' | 'end' | 'terminate'> | null = null
  /** Bytes that got through since `cutAfter` was set. */
  passed = 0
  onCut: () => void = () => {}
  readonly #weather: Weather
  readonly #chunks: Chunk[] = []
  #waiting = 0
  #timer: Timer | null = null
  /** Bytes that may go at this moment, when there is a limit. */
  #granted = 0
  #ended = false

  constructor(weather: Weather, from: Flow['from']) {
    this.#weather = weather
    this.from = from
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    // Bun uses its buffer again.
    this.#chunks.push({ bytes: Uint8Array.from(bytes), due: performance.now() + this.#weather.delayMs })
    this.#waiting += bytes.length
    if (this.#waiting > FULL) this.from?.pause()
    this.pump()
  }

  /** Sends on what may go. */
  pump(): void {
    const { to } = this
    if (to === null) return
    for (let [chunk] = this.#chunks; chunk !== undefined && !this.#weather.hole; [chunk] = this.#chunks) {
      const wait = chunk.due - performance.now()
      if (wait > 0) return void this.#later(wait)
      const allowed = Math.min(chunk.bytes.length, this.#allowed())
      if (allowed === 0) return void this.#weather.rate?.queue(this)
      const written = Math.max(0, to.write(chunk.bytes.subarray(0, allowed)))
      this.#took(chunk, written)
      const { cutAfter } = this.#weather
      if (cutAfter !== null && this.passed >= cutAfter) this.onCut()
      // The socket's own buffer is full: it calls when there is room.
      if (written < allowed) return
    }
    if (this.#ended && this.#chunks.length === 0) to.end()
  }

  /** It is its turn: it may send so many bytes. @returns how many it did send */
  spend(bytes: number): number {
    this.#granted = bytes
    this.pump()
    const spent = bytes - this.#granted
    this.#granted = 0
    return spent
  }

  /** No more will come: the rest goes, then the connection ends. */
  end(): void {
    this.#ended = true
    if (this.#chunks.length === 0 || this.to === null) this.to?.end()
    else this.pump()
  }

  #took(chunk: Chunk, written: number): void {
    this.#waiting -= written
    this.passed += written
    this.#granted -= written
    if (written === chunk.bytes.length) this.#chunks.shift()
    else chunk.bytes = chunk.bytes.subarray(written)
    if (this.#waiting < FULL / 4) this.from?.resume()
  }

  #allowed(): number {
    const { rate, cutAfter } = this.#weather
    const most = cutAfter === null ? Number.POSITIVE_INFINITY : cutAfter - this.passed
    return rate === null ? most : Math.min(most, this.#granted)
  }

  #later(ms: number): void {
    if (this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.pump()
    }, ms)
  }
}
