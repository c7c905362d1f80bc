import type { SignedIn } from '../verify/front-door'

export interface Opening {
  /** Where the server listens; `http:` becomes `ws:`. */
  url: string
  headers?: Record<string, string>
  /** Said as soon as the socket is open. */
  hello?: string
  /** Whether this frame says that it has begun; without, an open socket has. */
  begun?: (text: string) => boolean
  onText?: (text: string) => void
  /** What the server asks from time to time, and what it wants to hear. */
  ping?: { asks: string; wants: string }
}

const OPEN_MS = 20_000

/** Resolves when the socket is open and has begun. */
export function openSocket({ url, headers = {}, hello, begun, onText, ping }: Opening): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>()
  // Bun's takes headers, as a browser's sends them by itself; the types know the browser's alone.
  const socket: WebSocket = Reflect.construct(WebSocket, [url.replace('http', 'ws'), { headers }])
  const slow = setTimeout(() => reject(new Error(`no answer in ${OPEN_MS} ms from ${url}`)), OPEN_MS)
  const ready = () => {
    clearTimeout(slow)
    socket.onmessage = ({ data }) => {
      if (data === ping?.asks) socket.send(ping?.wants ?? '')
      else onText?.(data)
    }
    resolve(socket)
  }
  socket.onopen = () => {
    if (hello !== undefined) socket.send(hello)
    if (begun === undefined) ready()
  }
  socket.onmessage = ({ data }) => {
    if (begun?.(data)) ready()
  }
  socket.onclose = ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`))
  return promise
}

/** A tab of Confab's client: signed in, subscribed under this tRPC id, and past its `sync`. */
export function confabSocket(url: string, { cookie }: SignedIn, subscriptionId: number): Opening {
  return {
    url: `${url}/trpc`,
    headers: { cookie, origin: url },
    hello: `{"id":${subscriptionId},"method":"subscription","params":{"path":"sync.events"}}`,
    begun: (text) => text.includes('"type":"sync"'),
  }
}

/** Engine.io 4 over a bare socket: connects to the root namespace, as socket.io's own client would. */
export function socketIoSocket(url: string): Opening {
  return {
    url: `${url}/socket.io/?EIO=4&transport=websocket`,
    hello: '40',
    begun: (text) => text.startsWith('40'),
    ping: { asks: '2', wants: '3' },
  }
}

/** Opens many, some of them at the same time, in order. */
export async function openAll(openings: Opening[], atOnce = 32): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  const waiting = openings.entries()
  const worker = async () => {
    for (const [index, opening] of waiting) sockets[index] = await openSocket(opening)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return sockets
}

export function closeAll(sockets: WebSocket[]): void {
  for (const socket of sockets) {
    socket.onclose = null
    socket.close()
  }
}
