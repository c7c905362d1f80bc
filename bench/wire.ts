import type { Socket } from 'bun'
import type { Opening } from './sockets'

/**
 * A WebSocket for the load alone, with nothing between the bytes and the counting: with `WebSocket`, a load of one core
 * would be slower than the servers that it measures.
 */
export interface Wire {
  send(text: string): void
  close(): void
}

export interface WireOpening extends Omit<Opening, 'onText'> {
  /** A text frame, at `from` up to `to` of the bytes, which are another's after it returns. */
  onFrame: (bytes: Buffer, from: number, to: number) => void
}

const OPEN_MS = 20_000
const TEXT = 0x81
const CLOSE = 0x88
const PING = 0x89
const PONG = 0x8a
const HEAD_END = '\r\n\r\n'
const NOTHING = Buffer.alloc(0)

/**
 * Resolves when the socket is open and has begun. Who loses it later is told nothing: the deliveries that are missing then
 * are noticed where they are counted.
 */
export function openWire(opening: WireOpening): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>()
  const { hostname, port, pathname, search } = new URL(opening.url)
  const fail = (error: Error) => {
    clearTimeout(slow)
    reject(error)
  }
  const slow = setTimeout(() => fail(new Error(`no answer in ${OPEN_MS} ms from ${opening.url}`)), OPEN_MS)
  const wireOf = (socket: Socket): Wire => ({
    send: (text) => write(socket, masked(TEXT, Buffer.from(text))),
    close: () => void socket.end(),
  })
  const begun = (socket: Socket) => {
    clearTimeout(slow)
    state = 'begun'
    resolve(wireOf(socket))
  }

  let state: 'connecting' | 'open' | 'begun' = 'connecting'
  let kept = NOTHING

  function upgraded(socket: Socket, bytes: Buffer): number {
    const end = bytes.indexOf(HEAD_END)
    if (end === -1) return 0
    const head = bytes.toString('latin1', 0, end)
    if (!head.startsWith('HTTP/1.1 101')) {
      fail(new Error(`no upgrade: ${head.split('\r\n', 1)[0]}`))
      return bytes.length
    }
    state = 'open'
    if (opening.hello !== undefined) write(socket, masked(TEXT, Buffer.from(opening.hello)))
    if (opening.begun === undefined) begun(socket)
    return end + HEAD_END.length
  }

  function take(socket: Socket, bytes: Buffer, { kind, from, to }: Frame): void {
    if (kind === PING) write(socket, masked(PONG, bytes.subarray(from, to)))
    else if (kind === CLOSE) fail(new Error(`closed: ${bytes.toString('utf8', from + 2, to)}`))
    else if (kind !== TEXT) return
    else if (
      to - from === opening.ping?.asks.length &&
      bytes.toString('utf8', from, to) === opening.ping.asks
    )
      write(socket, masked(TEXT, Buffer.from(opening.ping.wants)))
    else if (state === 'begun') opening.onFrame(bytes, from, to)
    else if (opening.begun?.(bytes.toString('utf8', from, to))) begun(socket)
  }

  Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open(socket) {
        socket.setNoDelay(true)
        const headers = {
          ...{ host: `${hostname}:${port}`, connection: 'Upgrade', upgrade: 'websocket' },
          ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'Y29uZmFiIGlzIG1lYXN1cg==' },
          ...opening.headers,
        }
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
        socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}${HEAD_END}`)
      },
      data(socket, chunk) {
        const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
        let at = state === 'connecting' ? upgraded(socket, bytes) : 0
        if (state !== 'connecting')
          for (let frame = frameAt(bytes, at); frame !== null; frame = frameAt(bytes, at)) {
            take(socket, bytes, frame)
            at = frame.to
          }
        kept = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at))
      },
      close: () => fail(new Error(`${opening.url} closed a socket`)),
      error: (_, error) => fail(error),
      connectError: (_, error) => fail(error),
    },
  }).catch(fail)
  return promise
}

interface Frame {
  kind: number
  from: number
  to: number
}

/** @returns null when it is not all there yet. Servers mask nothing. */
function frameAt(bytes: Buffer, at: number): Frame | null {
  if (at + 2 > bytes.length) return null
  const kind = bytes[at] ?? 0
  let length = bytes[at + 1] ?? 0
  let from = at + 2
  if (length === 126) {
    if (at + 4 > bytes.length) return null
    length = bytes.readUInt16BE(at + 2)
    from = at + 4
  } else if (length === 127) {
    if (at + 10 > bytes.length) return null
    length = Number(bytes.readBigUInt64BE(at + 2))
    from = at + 10
  }
  return from + length > bytes.length ? null : { kind, from, to: from + length }
}

/** What is sent here is small, and always fits. */
function write(socket: Socket, frame: Buffer): void {
  if (socket.write(frame) !== frame.length) throw new Error('a frame did not fit')
}

/** As a client has to, with a mask of zeros, which changes nothing. */
function masked(kind: number, payload: Buffer): Buffer {
  const long = payload.length > 125
  const frame = Buffer.alloc((long ? 8 : 6) + payload.length)
  frame[0] = kind
  frame[1] = 0x80 | (long ? 126 : payload.length)
  if (long) frame.writeUInt16BE(payload.length, 2)
  payload.copy(frame, long ? 8 : 6)
  return frame
}
