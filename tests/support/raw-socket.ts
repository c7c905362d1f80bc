import { connect, type Socket } from 'node:net'
import type { TestPerson } from './client'

/** A WebSocket by hand, for what no client does: it reads only when told to. */
export interface RawSocket extends Disposable {
  /** The status line and headers that answered the upgrade. */
  answer: string
  /** As much of the frames as was read, in latin1. */
  text(): string
  say(text: string): void
  stopReading(): void
  /** Reads on; resolves when the server has closed. */
  readToEnd(): Promise<void>
}

/** Resolves when the upgrade was answered, whatever the answer. */
export async function rawSocket(
  server: { url: string; origin?: string },
  { cookie }: Pick<TestPerson, 'cookie'>,
): Promise<RawSocket> {
  const { hostname, port, host } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const { promise: answered, resolve } = Promise.withResolvers<string>()
  const closed = new Promise<void>((over) => socket.once('close', () => over()))
  const chunks: string[] = []
  const received = () => chunks.join('')
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    chunks.push(bytes.toString('latin1'))
    if (chunks.length > 1) return
    // The headers come in one piece: they are written in one.
    resolve(received().split('\r\n\r\n', 1)[0] ?? '')
  })
  socket.once('close', () => resolve(received()))
  socket.write(
    [
      'GET /trpc HTTP/1.1',
      `Host: ${host}`,
      `Origin: ${server.origin ?? server.url}`,
      `Cookie: ${cookie}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ].join('\r\n'),
  )
  const answer = await answered
  return {
    answer,
    text: () => received().slice(answer.length + 4),
    say: (text) => say(socket, text),
    stopReading: () => void socket.pause(),
    async readToEnd() {
      socket.resume()
      await closed
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** A text frame of less than 126 bytes, under a mask of zeros. */
function say(socket: Socket, text: string): void {
  const payload = Buffer.from(text)
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
}
