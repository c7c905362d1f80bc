import type { SignedIn } from '../verify/front-door'
import { type MeasuredServer, startServer } from './children'
import { HttpConnection } from './http'
import type { Scene } from './pour'
import { trpc } from './protocols'
import { quantile } from './stats'
import { openWire } from './wire'

/** What both Confab's and the peers' pages hold at most. */
export const PAGE = 50

/** Reads a page, one at a time: the newest before a message's number, or the newest of all. */
export type Reader = (conversationId: string, before: number | null) => Promise<Buffer>

/** A server with those who read from it. */
export interface Library {
  name: string
  server: MeasuredServer
  readers: Reader[]
}

/** As the client asks when somebody scrolls. */
export async function confabLibrary(
  { bench: { stack }, redis }: Scene,
  databaseUrl: string,
  people: SignedIn[],
): Promise<Library> {
  const server = await startServer({ file: 'confab.ts', databaseUrl, redisUrl: redis.url, stack })
  const readers = people.map(({ cookie }): Reader => {
    const connection = new HttpConnection(server.url, '', { cookie, 'content-type': 'application/json' })
    stack.defer(() => connection.close())
    return (conversationId, before) => {
      const input = { conversationId, limit: PAGE, ...(before === null ? {} : { before }) }
      return connection.get(batched('messages.history', [input]))
    }
  })
  return { name: 'Confab', server, readers }
}

/** Calls that the client made in one turn: one request. */
export function batched(path: string, inputs: object[]): string {
  const input = encodeURIComponent(JSON.stringify({ ...inputs }))
  return `/trpc/${inputs.map(() => path).join(',')}?batch=1&input=${input}`
}

/** A query over the one socket that the peers' clients have. */
export async function peerLibrary(
  { bench: { stack }, redis }: Scene,
  databaseUrl: string,
  { name, file, readers: count }: { name: string; file: string; readers: number },
): Promise<Library> {
  const server = await startServer({ file, databaseUrl, redisUrl: redis.url, stack })
  const readers = Array.from({ length: count }, () => socketReader(server.url))
  const opened = await Promise.all(readers)
  for (const { close } of opened) stack.defer(close)
  return { name, server, readers: opened.map(({ read }) => read) }
}

async function socketReader(url: string): Promise<{ read: Reader; close: () => void }> {
  let asked = 1
  let answered: ((page: Buffer) => void) | null = null
  const nobody = '00000000-0000-4000-8000-000000000000'
  const wire = await openWire({
    ...trpc.opening(url, nobody, nobody),
    onFrame: (bytes, from, to) => answered?.(Buffer.from(bytes.subarray(from, to))),
  })
  const read: Reader = (conversationId, before) => {
    const input = { conversationId, before: before ?? Number.MAX_SAFE_INTEGER }
    wire.send(JSON.stringify({ id: ++asked, method: 'query', params: { path: 'history', input } }))
    return new Promise((resolve) => {
      answered = resolve
    })
  }
  return { read, close: wire.close }
}

/** Which page: always the newest, or one that lies anywhere. */
export type Depth = 'newest' | 'anywhere'

export interface Shelf {
  conversationId: string
  count: number
}

export interface Wanted extends Shelf {
  depth: Depth
  inFlight: number
  seconds: number
}

export interface Pulled {
  /** Pages a second. */
  rate: number
  /** Microseconds of CPU for each page: the server's, PostgreSQL's, and both. */
  server: number
  postgres: number
  both: number
  /** Milliseconds from asking to the last byte. */
  p50: number
  p99: number
  /** Of the other core, from 0 to 1: what this process and PostgreSQL took. */
  otherCore: number
}

/** Each reader has one page on its way, and asks for the next as soon as it is there. */
export async function pull({ bench }: Scene, library: Library, wanted: Wanted): Promise<Pulled> {
  const { conversationId, count, depth, inFlight, seconds } = wanted
  const delays: number[] = []
  const before = { ...(await library.server.usage()), postgres: await bench.database.cpu() }
  const load = process.cpuUsage()
  const start = performance.now()
  const reading = async (read: Reader) => {
    while (performance.now() - start < seconds * 1_000) {
      const at = performance.now()
      const page = await read(conversationId, depth === 'newest' ? null : somewhere(count))
      delays.push(performance.now() - at)
      if (page.length < PAGE * 100) throw new Error(`${library.name}: no full page: ${page}`)
    }
  }
  await Promise.all(library.readers.slice(0, inFlight).map(reading))
  const micros = (performance.now() - start) * 1_000
  const { user, system } = process.cpuUsage(load)
  const server = ((await library.server.usage()).cpu - before.cpu) / delays.length
  const postgres = (((await bench.database.cpu()) - before.postgres) * 1e6) / delays.length
  return {
    ...{ rate: (delays.length / micros) * 1e6, server, postgres, both: server + postgres },
    ...{ p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) },
    otherCore: (user + system + postgres * delays.length) / micros,
  }
}

function somewhere(count: number): number {
  return PAGE + 1 + Math.floor(Math.random() * (count - PAGE))
}
