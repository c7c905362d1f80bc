import type { ServerWebSocket } from 'bun'
import { socketClass } from '../../verify/program'

export interface Lies {
  /** Changes what the server says over sockets. */
  frame?(text: string): string
  /** Answers a call in the server's place; null lets it through. */
  answer?(path: string, input: unknown): object | null
}

interface Line {
  headers: Record<string, string>
  toServer: WebSocket | null
  /** What came before the line to the server was open. */
  waiting: string[]
}

/** A proxy before a server that tells other things than the server. */
export function startLiar(server: { url: string }, lies: Lies): { url: string } & Disposable {
  const proxy = Bun.serve<Line>({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request, self) {
      const headers = { cookie: request.headers.get('cookie') ?? '', origin: server.url }
      const data: Line = { headers, toServer: null, waiting: [] }
      if (self.upgrade(request, { data })) return
      const { pathname, search } = new URL(request.url)
      const body = request.method === 'POST' ? await request.text() : null
      const lie = body === null ? null : (lies.answer?.(pathname, JSON.parse(body || 'null')) ?? null)
      if (lie !== null) return Response.json({ result: { data: lie } })
      const asked = { 'content-type': request.headers.get('content-type') ?? 'application/json' }
      const init = { method: request.method, headers: { ...headers, ...asked }, body, decompress: false }
      return fetch(server.url + pathname + search, init)
    },
    websocket: {
      open: (socket) => connect(server, socket, lies),
      message({ data }, text) {
        if (data.toServer?.readyState === WebSocket.OPEN) data.toServer.send(text)
        else data.waiting.push(String(text))
      },
      close: ({ data }) => data.toServer?.close(),
    },
  })
  return { url: proxy.url.origin, [Symbol.dispose]: () => void proxy.stop(true) }
}

function connect(server: { url: string }, socket: ServerWebSocket<Line>, lies: Lies): void {
  const { data } = socket
  const { headers } = data
  const toServer = new (socketClass(headers))(`${server.url.replace('http', 'ws')}/trpc`)
  data.toServer = toServer
  toServer.addEventListener('open', () => {
    for (const text of data.waiting.splice(0)) toServer.send(text)
  })
  toServer.addEventListener('message', ({ data: text }) => {
    socket.send(lies.frame?.(String(text)) ?? String(text))
  })
  toServer.addEventListener('close', () => socket.close())
}
