import type { Socket, TCPSocketListener } from 'bun'
import { Flow, type Weather } from './flow'
import { quietPort } from './quiet-port'
import { Rate } from './rate'

export interface Target {
  hostname: string
  port: number
}

/** Which of the two ways: from the client to the server, or back. */
export type Direction = 'up' | 'down'

/** How much of what a client sent is searched for marks: the longest statement, and some. */
const REMEMBERED = 64 * 1024

/** What goes on to the client in place of these bytes of the server's. One for each connection. */
export type Filter = (bytes: Uint8Array) => Uint8Array

interface EdgeOptions {
  newFilter?: () => Filter
  /** Hears what clients send. One for each connection. */
  newListener?: () => (bytes: Uint8Array) => void
  /** What clients send is remembered before anybody asks for it: `loseAnswersTo` holds for what was sent already. */
  remembers?: boolean
}

/** Answers that do not arrive, until it is disposed of. */
export interface Loss extends Disposable {
  /** Ends the connections on which it happened, as a network would that comes back after all. */
  reset(): void
}

interface Connection {
  filter: Filter
  listen: (bytes: Uint8Array) => void
  /** The end of what the client sent, to look for marks in. */
  sent: string
  /** Nothing comes back any more. */
  deaf: boolean
  target: Target | null
  client: Socket<Connection>
  server: Socket<Connection> | null
  up: Flow
  down: Flow
}

/**
 * A TCP proxy on one edge of the system, to break it in all the ways that networks do. What is set holds for connections
 * that are open and for new ones, until `pass`.
 */
export class Edge implements Disposable {
  readonly port: number
  readonly #targets: () => Target[]
  readonly #newFilter: () => Filter
  readonly #newListener: () => (bytes: Uint8Array) => void
  readonly #remembers: boolean
  readonly #connections = new Set<Connection>()
  #listener: TCPSocketListener<Connection> | null
  readonly #weather: Record<Direction, Weather> = { up: calm(), down: calm() }
  /** Which connections sent these texts. */
  readonly #marks = new Map<string, Set<Connection>>()
  /** What does not get through, byte by byte. */
  readonly #banned = new Set<string>()

  /** `targets` says, for each connection, whom to try, in this order. */
  constructor(targets: () => Target[], options: EdgeOptions = {}) {
    const { newFilter = () => (bytes) => bytes, newListener = () => () => {}, remembers = false } = options
    this.#targets = targets
    this.#newFilter = newFilter
    this.#newListener = newListener
    this.#remembers = remembers
    this.port = quietPort()
    this.#listener = this.#listen(this.port)
  }

  get connections(): number {
    return this.#connections.size
  }

  /** How many lead to this target. */
  leadingTo({ port }: Target): number {
    return [...this.#connections].filter(({ target }) => target?.port === port).length
  }

  /** As if nothing had ever happened; what a hole has held back goes on. */
  pass(): void {
    Object.assign(this.#weather.up, calm())
    Object.assign(this.#weather.down, calm())
    this.#listener ??= this.#listen(this.port)
    for (const { up, down } of this.#connections) {
      up.pump()
      down.pump()
    }
  }

  /** Breaks what is open and refuses what is new. */
  refuse(): void {
    this.#listener?.stop(true)
    this.#listener = null
    this.reset()
  }

  /** Breaks what is open: all, or what leads to one target. */
  reset(target?: Target): void {
    for (const connection of [...this.#connections])
      if (target === undefined || connection.target?.port === target.port) close(connection)
  }

  /** Nothing gets through any more, and nobody is told. Bytes wait, as TCP would send them again. */
  hole(...directions: Direction[]): void {
    for (const direction of directions) this.#weather[direction].hole = true
  }

  /** Each byte arrives this many milliseconds later, in both directions. */
  delay(ms: number): void {
    this.#weather.up.delayMs = ms
    this.#weather.down.delayMs = ms
  }

  /** At most so many bytes a second get through in each direction. Connections have a share each, as on one line. */
  limit(bytesPerSecond: number): void {
    this.#weather.up.rate = new Rate(bytesPerSecond)
    this.#weather.down.rate = new Rate(bytesPerSecond)
  }

  /** Each connection breaks when, from now on, so many bytes have gone this way. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#weather[direction].cutAfter = bytes
    for (const connection of this.#connections) connection[direction].passed = 0
  }

  /**
   * Nothing comes back any more on a connection whose client sends this text from now on; it stays open. With `remembers`,
   * also where it was sent before.
   */
  loseAnswersTo(text: string): Loss {
    // UTF-8 read byte by byte, as what is sent.
    const mark = Buffer.from(text).toString('latin1')
    const deaf = new Set<Connection>()
    this.#marks.set(mark, deaf)
    for (const connection of this.#connections) this.#deafen(connection)
    return {
      reset: () => {
        for (const connection of deaf) close(connection)
      },
      [Symbol.dispose]: () => void this.#marks.delete(mark),
    }
  }

  /** A connection breaks when its client sends this text, which does not get through. It must come in one piece. */
  ban(text: string): Disposable {
    const banned = Buffer.from(text).toString('latin1')
    this.#banned.add(banned)
    return { [Symbol.dispose]: () => void this.#banned.delete(banned) }
  }

  [Symbol.dispose](): void {
    this.refuse()
  }

  #listen(port: number): TCPSocketListener<Connection> {
    return Bun.listen<Connection>({
      hostname: '127.0.0.1',
      port,
      socket: {
        open: (client) => void this.#opened(client),
        data: ({ data }, bytes) => this.#sent(data, bytes),
        drain: ({ data }) => data.down.pump(),
        close: ({ data }) => this.#closed(data),
        error() {},
      },
    })
  }

  async #opened(client: Socket<Connection>): Promise<void> {
    const connection: Connection = {
      filter: this.#newFilter(),
      listen: this.#newListener(),
      sent: '',
      deaf: false,
      target: null,
      client,
      server: null,
      up: new Flow(this.#weather.up, client),
      down: new Flow(this.#weather.down, null),
    }
    client.data = connection
    connection.down.to = client
    connection.up.onCut = connection.down.onCut = () => close(connection)
    this.#connections.add(connection)
    for (const target of this.#targets()) {
      const server = await this.#connect(connection, target)
      if (server === null) continue
      if (!this.#connections.has(connection)) return void server.terminate()
      connection.target = target
      connection.server = server
      connection.down.from = server
      connection.up.to = server
      return connection.up.pump()
    }
    close(connection)
  }

  #sent(connection: Connection, bytes: Uint8Array): void {
    if (this.#isBanned(bytes)) return void close(connection)
    connection.listen(bytes)
    if (this.#remembers || this.#marks.size > 0) {
      connection.sent = (connection.sent + Buffer.from(bytes).toString('latin1')).slice(-REMEMBERED)
      this.#deafen(connection)
    }
    connection.up.push(bytes)
  }

  #isBanned(bytes: Uint8Array): boolean {
    if (this.#banned.size === 0) return false
    const text = Buffer.from(bytes).toString('latin1')
    return [...this.#banned].some((banned) => text.includes(banned))
  }

  #deafen(connection: Connection): void {
    for (const [mark, deaf] of this.#marks) {
      if (!connection.sent.includes(mark)) continue
      connection.deaf = true
      deaf.add(connection)
    }
  }

  #connect(connection: Connection, target: Target): Promise<Socket<Connection> | null> {
    return Bun.connect<Connection>({
      ...target,
      data: connection,
      socket: {
        data: ({ data }, bytes) => {
          if (!data.deaf) data.down.push(data.filter(bytes))
        },
        drain: ({ data }) => data.up.pump(),
        close: ({ data }) => this.#closed(data),
        error() {},
      },
    }).catch(() => null)
  }

  /** One side has ended. What is on its way to the other still gets there, unless a hole keeps it. */
  #closed(connection: Connection | undefined): void {
    if (connection === undefined || !this.#connections.delete(connection)) return
    connection.up.end()
    connection.down.end()
  }
}

function close({ client, server }: Connection): void {
  client.terminate()
  server?.terminate()
}

function calm(): Weather {
  return { hole: false, delayMs: 0, rate: null, cutAfter: null }
}
