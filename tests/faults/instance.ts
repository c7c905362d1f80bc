import { join } from 'node:path'
import { freePort } from '../../src/lib/ports'
import type { History } from '../../verify/history'

export interface InstanceOptions {
  name: string
  history: History
  env: Record<string, string>
}

const SERVER = join(import.meta.dir, 'server.ts')
const START_MS = 30_000

/** One server process of the system under test, on a port that stays its own over restarts. */
export class Instance {
  readonly name: string
  readonly port: number
  readonly #options: InstanceOptions
  #child: Bun.Subprocess | null = null
  #expected = false
  #answer: ((held: Record<string, number>) => void) | null = null

  private constructor(options: InstanceOptions, port: number) {
    this.name = options.name
    this.port = port
    this.#options = options
  }

  static async start(options: InstanceOptions): Promise<Instance> {
    const port = await freePort('127.0.0.1')
    if (port === null) throw new Error('no free port')
    const instance = new Instance(options, port)
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
    if (ends) await child.exited
  }

  /** Its end is part of the run: by a failpoint, for instance. */
  expectEnd(): void {
    this.#expected = true
  }

  /** Resolves when it is gone. */
  async ended(): Promise<void> {
    await this.#child?.exited
  }

  /** What it holds, after a collection of its garbage. */
  async held(): Promise<Record<string, number>> {
    const { promise, resolve } = Promise.withResolvers<Record<string, number>>()
    this.#answer = resolve
    this.#child?.send('held')
    return promise
  }

  #exited(exit: number | string): void {
    this.#child = null
    const { history } = this.#options
    history.add({ kind: 'process', at: history.now(), name: this.name, exit, expected: this.#expected })
  }

  /** What a server says at `error` or to stderr is worth a line in the history. */
  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const { history } = this.#options
    let rest = ''
    const decoder = new TextDecoder()
    for await (const bytes of stream) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines)
        if (isError(line))
          history.add({ kind: 'log', at: history.now(), name: this.name, line: line.slice(0, 2_000) })
    }
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
