import type { Socket, TCPSocketListener } from 'bun'

/** A TCP relay in front of a database, to cut and mend: what it looks like when the database goes away. */
export interface Relay {
  /** The database's own address, by way of the relay. */
  url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  stop(): void
}

interface Link {
  other: Socket<Link> | null
  /** Came before the other side was there, or is more than it could take yet. */
  waiting: Uint8Array[]
}

export async function relay(target: string): Promise<Relay> {
  const url = new URL(target)
  const to = { hostname: url.hostname, port: Number(url.port) }
  const ends = new Set<Socket<Link>>()

  const handlers = {
    data({ data }: Socket<Link>, bytes: Uint8Array) {
      data.waiting.push(Uint8Array.from(bytes))
      if (data.other !== null) pour(data, data.other)
    },
    drain(socket: Socket<Link>) {
      const from = socket.data.other
      if (from !== null) pour(from.data, socket)
    },
    close(socket: Socket<Link>) {
      ends.delete(socket)
      socket.data.other?.end()
    },
    error() {},
  }

  const listen = (port: number) =>
    Bun.listen<Link>({
      hostname: '127.0.0.1',
      port,
      data: { other: null, waiting: [] },
      socket: {
        ...handlers,
        async open(client) {
          client.data = { other: null, waiting: [] }
          ends.add(client)
          const server = await Bun.connect<Link>({
            ...to,
            data: { other: client, waiting: [] },
            socket: handlers,
          })
          ends.add(server)
          client.data.other = server
          pour(client.data, server)
        },
      },
    })

  let listener: TCPSocketListener<Link> | null = listen(0)
  const { port } = listener
  url.hostname = '127.0.0.1'
  url.port = String(port)

  function cut() {
    listener?.stop(true)
    listener = null
    for (const end of ends) end.terminate()
  }

  return {
    url: url.href,
    cut,
    mend() {
      listener ??= listen(port)
    },
    stop: cut,
  }
}

function pour(from: Link, to: Socket<Link>): void {
  for (let bytes = from.waiting.shift(); bytes !== undefined; bytes = from.waiting.shift()) {
    const written = to.write(bytes)
    if (written === bytes.length) continue
    from.waiting.unshift(bytes.subarray(Math.max(written, 0)))
    return
  }
}
