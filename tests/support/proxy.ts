import type { Socket, TCPSocketListener } from 'bun'

/** A TCP proxy on one edge, to break it in the ways networks do. */
export interface TcpProxy extends Disposable {
  /** The target's address, by way of the proxy. */
  url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  /**
   * Nothing comes back any more on a connection whose client sends, or has sent, this text; it stays open. Connections
   * that send it after `release` are spared.
   */
  swallowAnswersTo(text: string): { release(): void }
}

interface Side {
  other: Socket<Side> | null
  /** Came before the other side was there, or is more than it could take yet. */
  waiting: Uint8Array[]
  /** What the client has sent, to look for marks in. */
  sent: string
  swallowing: boolean
}

/** How much of what a client sent is remembered: marks are short. */
const REMEMBERED = 64 * 1024

export function startProxy(target: string): TcpProxy {
  const url = new URL(target)
  const to = { hostname: url.hostname, port: Number(url.port) }
  const clients = new Set<Socket<Side>>()
  const servers = new Set<Socket<Side>>()
  const marks = new Set<string>()

  const mark = (client: Socket<Side>) => {
    const { data } = client
    if (data.other === null) return
    for (const text of marks) if (data.sent.includes(text)) data.other.data.swallowing = true
  }
  const common = {
    drain({ data }: Socket<Side>) {
      if (data.other !== null) pour(data.other.data)
    },
    close(socket: Socket<Side>) {
      clients.delete(socket)
      servers.delete(socket)
      socket.data.other?.end()
    },
    error() {},
  }
  const fromServer = {
    ...common,
    data({ data }: Socket<Side>, bytes: Uint8Array) {
      if (!data.swallowing) pour(data, bytes)
    },
  }
  const fromClient = {
    ...common,
    data(client: Socket<Side>, bytes: Uint8Array) {
      client.data.sent = (client.data.sent + Buffer.from(bytes).toString('latin1')).slice(-REMEMBERED)
      mark(client)
      pour(client.data, bytes)
    },
    async open(client: Socket<Side>) {
      client.data = newSide(null)
      clients.add(client)
      const server = await Bun.connect<Side>({ ...to, data: newSide(client), socket: fromServer })
      servers.add(server)
      client.data.other = server
      mark(client)
      pour(client.data)
    },
  }
  const listen = (port: number) =>
    Bun.listen<Side>({ hostname: '127.0.0.1', port, data: newSide(null), socket: fromClient })

  let listener: TCPSocketListener<Side> | null = listen(0)
  const { port } = listener
  url.hostname = '127.0.0.1'
  url.port = String(port)

  function cut() {
    listener?.stop(true)
    listener = null
    for (const end of [...clients, ...servers]) end.terminate()
  }

  return {
    url: url.href,
    cut,
    mend() {
      listener ??= listen(port)
    },
    swallowAnswersTo(text) {
      // UTF-8 bytes read one by one, as `sent` is kept.
      const bytes = Buffer.from(text).toString('latin1')
      marks.add(bytes)
      for (const client of clients) mark(client)
      return { release: () => void marks.delete(bytes) }
    },
    [Symbol.dispose]: cut,
  }
}

function newSide(other: Socket<Side> | null): Side {
  return { other, waiting: [], sent: '', swallowing: false }
}

function pour(from: Side, bytes?: Uint8Array): void {
  if (bytes !== undefined) from.waiting.push(Uint8Array.from(bytes))
  const { other } = from
  if (other === null) return
  for (let next = from.waiting.shift(); next !== undefined; next = from.waiting.shift()) {
    const written = other.write(next)
    if (written === next.length) continue
    from.waiting.unshift(next.subarray(Math.max(written, 0)))
    return
  }
}
