import type { Socket } from 'bun'

export interface BlackHole {
  readonly url: string
  /** From now on nothing comes back on the present connections whose client ever sent `mark`; they stay open. */
  swallow(mark: string): void
  stop(): void
}

interface Side {
  sent: string
  swallowing: boolean
  client: Socket<Side>
  server: Socket<Side>
}

/** A TCP proxy in front of `target` that can lose one direction without resetting anything: a half-open connection. */
export async function blackHole(target: string): Promise<BlackHole> {
  const { hostname, port } = new URL(target)
  const sides = new Set<Side>()
  const listener = Bun.listen<Side>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      async open(client) {
        client.pause()
        const server = await Bun.connect<Side>({
          hostname,
          port: Number(port),
          socket: {
            data: (socket, bytes) => {
              if (!socket.data.swallowing) socket.data.client.write(bytes)
            },
            close: ({ data }) => {
              if (!data.swallowing) data.client.end()
            },
          },
        })
        const side = { sent: '', swallowing: false, client, server }
        client.data = side
        server.data = side
        sides.add(side)
        client.resume()
      },
      data({ data }, bytes) {
        data.sent += bytes.toString()
        data.server.write(bytes)
      },
      close({ data }) {
        sides.delete(data)
        data.server.end()
      },
    },
  })
  return {
    url: `redis://127.0.0.1:${listener.port}`,
    swallow(mark) {
      for (const side of sides) if (side.sent.includes(mark)) side.swallowing = true
    },
    stop: () => listener.stop(true),
  }
}
