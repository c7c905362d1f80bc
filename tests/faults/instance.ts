import { join } from 'node:path'
import type { History } from '../../verify/history'
import { quietPort } from '../support/quiet-port'

export interface InstanceOptions {
  name: string
  history: History
  env: Record<string, string>
}

/** What a server answers by its process's own channel. */
export type Question = 'held' | 'counted' | 'queued' | 'memory'

const SERVER = join(import.meta.dir, 'server.ts')
const START_MS = 30_000
const LINE_MAX = 2_000
/** Lines kept of a server that says too much. */
const SAID_MAX = 5_000

/** One server process of the system under test, on a port that stays its own over restarts. */
export class Instance {
  readonly name: string
  readonly port: number
  readonly #options: InstanceOptions
  #child: Bun.Subprocess | null = null
  #expected = false
  /** Settled when the end of this life is in the history. */
  #gone: Promise<void> = Promise.resolve()
  #answer: ((numbers: Record<string, number>) => void) | null = null
  #asked: Promise<unknown> = Promise.resolve()
  readonly #said: { at: number; line: string }[] = []

  private constructor(options: InstanceOptions, port: number) {
    this.name = options.name
    this.port = port
    this.#options = options
  }

  static async start(options: InstanceOptions): Promise<Instance> {
    const instance = new Instance(options, quietPort())
    await instance.start()
    return instance
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get running(): boolean {
    return this.#child !== null
  }

  get pid(): number {
    if (this.#child === null) throw new Error(`${this.name} does not run`)
    return this.#child.pid
  }

  /** Resolves when it is ready. `env` is for this life of it alone. */
  async start(env: Record<string, string> = {}): Promise<void> {
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    this.#gone = gone.promise
    this.#expected = false
    const child = Bun.spawn([process.execPath, SERVER], {
      env: { ...this.#options.env, PORT: String(this.port), ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      ipc: (message) => {
        if (message === 'ready') resolve()
        else this.#answer?.(message)
      },
      onExit: (_, code, signal) => {
        this.#exited(signal === null ? (code ?? -1) : String(signal))
        gone.resolve()
        reject(new Error(`${this.name} ended with ${code ?? signal}`))
      },
    })
    ready.catch(() => {})
    this.#child = child
    void this.#read(child.stdout)
    void this.#read(child.stderr)
    const slow = setTimeout(() => reject(new Error(`${this.name} was not ready in time`)), START_MS)
    await ready.finally(() => clearTimeout(slow))
  }

  /** Sends a signal. One that ends it resolves when it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const child = this.#child
    if (child === null) return
    const ends = signal === 'SIGKILL' || signal === 'SIGTERM'
    if (ends) this.expectEnd()
    child.kill(signal)
    if (ends) await this.#gone
  }

  /** Its end is part of the run: by a failpoint, for instance. */
  expectEnd(): void {
    this.#expected = true
  }

  /** Resolves when it is gone. */
  ended(): Promise<void> {
    return this.#gone
  }

  /** `heap` and `rss`, after a collection of its garbage. */
  memory(): Promise<Record<string, number>> {
    return this.#ask('memory')
  }

  /** The same, and what it holds. */
  held(): Promise<Record<string, number>> {
    return this.#ask('held')
  }

  /**
   * What it has counted since it started. `filled`: events of conversations that came from the database, not the bus.
   * `healthy`: 1 while its bus is. `now`: what its clock says. `followers`: live subscriptions. `buffered`: the
   * most bytes that ever waited for one socket (with WATCH_SOCKETS in its environment).
   */
  counted(): Promise<Record<string, number>> {
    return this.#ask('counted')
  }

  /** What waits for Redis, after a collection of its garbage: `commands` of ioredis, `heap` in bytes. */
  queued(): Promise<Record<string, number>> {
    return this.#ask('queued')
  }

  /** When, from then on, it first said (at `warn` or above) something with this text, on the history's clock; null: not yet. */
  saidSince(at: number, text: string): number | null {
    return this.#said.find((one) => one.at >= at && one.line.includes(text))?.at ?? null
  }

  /** One question at a time. */
  #ask(question: Question): Promise<Record<string, number>> {
    const answer = this.#asked.then(() => {
      const { promise, resolve } = Promise.withResolvers<Record<string, number>>()
      this.#answer = resolve
      if (this.#child === null) resolve({})
      else this.#child.send(question)
      return promise
    })
    this.#asked = answer
    return answer
  }

  #exited(exit: number | string): void {
    this.#child = null
    this.#answer?.({})
    const { history } = this.#options
    history.add({ kind: 'process', at: history.now(), name: this.name, exit, expected: this.#expected })
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const bytes of stream) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#heard(line.slice(0, LINE_MAX))
    }
  }

  /** What a server says at `error` or to stderr is worth a line in the history. */
  #heard(line: string): void {
    const { history } = this.#options
    const at = history.now()
    this.#said.push({ at, line })
    if (this.#said.length > SAID_MAX) this.#said.shift()
    if (isError(line)) history.add({ kind: 'log', at, name: this.name, line })
  }
}

function isError(line: string): boolean {
  if (line.trim() === '') return false
  try {
    return JSON.parse(line).level >= 50
  } catch {
    return true
  }
}
