import type { Socket } from 'bun'

/** Before the server would close it, which it does after 10 s. */
const KEEP_MS = 4_000

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * A kept connection of HTTP/1.1 with one request in flight, for the load alone: `fetch` would take more of its core than
 * some servers take of theirs. Reads what our servers answer: a status, a content-length, a body.
 */
export class HttpConnection {
  readonly #url: URL
  readonly #path: string
  /** All of a request's head after its first line and before the content's length. */
  readonly #head: string
  #socket: Socket | null = null
  #kept = Buffer.alloc(0)
  #usedAt = 0
  #waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | null = null

  /**
   * @param path where posts go
   * @param headers of every request, the content's length aside
   */
  constructor(url: string, path: string, headers: Record<string, string>) {
    this.#url = new URL(url)
    const lines = Object.entries({ host: this.#url.host, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    )
    this.#path = path
    this.#head = lines.join('\r\n')
  }

  /** @throws for every answer but 200 */
  async post(body: string): Promise<void> {
    const length = `content-length: ${Buffer.byteLength(body)}`
    await this.#ask(`POST ${this.#path} HTTP/1.1\r\n${this.#head}\r\n${length}\r\n\r\n${body}`)
  }

  /** @throws as `post` does */
  get(path: string): Promise<Buffer> {
    return this.#ask(`GET ${path} HTTP/1.1\r\n${this.#head}\r\n\r\n`)
  }

  async #ask(request: string): Promise<Buffer> {
    if (this.#waiting !== null) throw new Error('one request at a time')
    if (performance.now() - this.#usedAt > KEEP_MS) this.close()
    this.#socket ??= await this.#connect()
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    this.#waiting = { resolve, reject }
    this.#socket.write(request)
    const answer = await promise
    this.#usedAt = performance.now()
    return answer
  }

  close(): void {
    const socket = this.#socket
    this.#socket = null
    socket?.end()
  }

  #connect(): Promise<Socket> {
    return Bun.connect({
      hostname: this.#url.hostname,
      port: Number(this.#url.port),
      socket: {
        open: (socket) => void socket.setNoDelay(true),
        data: (_, chunk) => this.#read(chunk),
        close: (socket) => {
          if (socket !== this.#socket) return
          this.#socket = null
          this.#settle(new Error('the server closed a connection'))
        },
        error: (_, error) => this.#settle(error),
      },
    })
  }

  #read(chunk: Buffer): void {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk])
    const end = bytes.indexOf(HEAD_END)
    const head = bytes.toString('latin1', 0, end === -1 ? 0 : end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
    if (end !== -1 && Number.isNaN(length)) this.#settle(new Error(`an answer without a length: ${head}`))
    if (end === -1 || bytes.length < end + HEAD_END.length + length) {
      this.#kept = Buffer.from(bytes)
      return
    }
    this.#kept = Buffer.alloc(0)
    const isGood = head.startsWith('HTTP/1.1 200 ')
    this.#settle(
      isGood ? bytes.subarray(end + HEAD_END.length) : new Error(`was answered: ${bytes.toString()}`),
    )
  }

  #settle(answer: Buffer | Error): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (answer instanceof Error) waiting?.reject(answer)
    else waiting?.resolve(answer)
  }
}
