import postgres from 'postgres'
import { newId } from '../src/lib/ids'
import { createConversation, createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { Audience, restamp, stamp } from './audience'
import { type MeasuredServer, startServer } from './children'
import type { Contender } from './pour'
import type { Bench } from './scenario'
import { closeAll, confabSocket, type Opening, openAll, socketIoSocket } from './sockets'

const BODY_LENGTH = 100

/**
 * The whole product: `size` people of one conversation online, who take turns with `messages.send` over HTTP, and on the
 * same server one person alone in another: what sending costs without the fan-out.
 */
export async function startConfab(bench: Bench, size: number): Promise<{ all: Contender; alone: Contender }> {
  const databaseUrl = await bench.database.create()
  const sql = postgres(databaseUrl, { max: 1 })
  const people = await createPeople(sql, size + 1)
  const groups = [people.slice(1), people.slice(0, 1)]
  const ids = await Promise.all(groups.map((group) => createConversation(sql, group)))
  await sql.end()
  const server = await startServer({ file: 'confab.ts', databaseUrl, stack: bench.stack })
  const [all, alone] = await Promise.all(
    groups.map(async (group, n): Promise<Contender> => {
      const openings = group.map((person, index) => confabSocket(server.url, person, subscriptionId(index)))
      const audience = await gather(bench, openings)
      return { name: 'Confab', server, audience, send: speaker(server, group, ids[n] ?? '') }
    }),
  )
  if (all === undefined || alone === undefined) throw new Error('nobody is there')
  return { all, alone }
}

function speaker({ url }: MeasuredServer, people: SignedIn[], conversationId: string) {
  let turn = 0
  return async () => {
    const sender = people[turn++ % people.length]
    const body = stamp().padEnd(BODY_LENGTH, '.')
    await post(`${url}/trpc/messages.send`, JSON.stringify({ id: newId(), conversationId, body }), {
      cookie: sender?.cookie ?? '',
      origin: url,
      'content-type': 'application/json',
    })
  }
}

/** `server.publish` of a ready string, the frame as Confab sent it, told by a request. */
export async function startRaw(bench: Bench, size: number, frame: string): Promise<Contender> {
  const server = await startServer({ file: 'raw.ts', stack: bench.stack })
  const audience = await gather(bench, Array(size).fill({ url: server.url }))
  return { name: 'raw Bun', server, audience, send: () => post(server.url, restamp(frame)) }
}

/** A room of socket.io, and the event of that frame to emit. */
export async function startSocketIo(bench: Bench, size: number, frame: string): Promise<Contender> {
  const server = await startServer({ file: 'socket-io.ts', stack: bench.stack })
  const audience = await gather(bench, Array(size).fill(socketIoSocket(server.url)))
  const event = JSON.stringify(JSON.parse(frame).result.data)
  return { name: 'socket.io', server, audience, send: () => post(server.url, restamp(event)) }
}

async function gather({ stack }: Bench, openings: Opening[]): Promise<Audience> {
  const audience = new Audience(openings.length)
  const sockets = await openAll(openings.map((opening) => ({ ...opening, onText: audience.hear })))
  stack.defer(() => closeAll(sockets))
  return audience
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const request = { method: 'POST', body, headers }
  // A kept connection may have been closed for being idle just now: the next one is new.
  const response = await fetch(url, request).catch(() => fetch(url, request))
  const text = await response.text()
  if (!response.ok) throw new Error(`a send was answered ${response.status}: ${text}`)
}

/** Confab's client subscribes under the id 1; other programs number as tRPC does, one here past the native ids. */
function subscriptionId(index: number): number {
  if (index === 5) return 41
  return index % 10 === 0 ? 2 + ((index / 10) % 7) : 1
}
