import postgres from 'postgres'
import { newId } from '../src/lib/ids'
import { Audience, isStamped, restamp, stamp } from './audience'
import { startServer } from './children'
import { createConversation, createPeople } from './people'
import type { Contender } from './pour'
import type { Bench } from './scenario'
import { closeAll, confabSocket, type Opening, openAll, socketIoSocket } from './sockets'

const BODY_LENGTH = 100

export interface ConfabContender extends Contender {
  /** A message's frame as it comes under the subscription id 1. */
  frame: string
}

/** The whole product: members of one conversation online, and `messages.send` over HTTP by one after the other. */
export async function startConfab(bench: Bench, size: number): Promise<ConfabContender> {
  const databaseUrl = await bench.database.create()
  const sql = postgres(databaseUrl, { max: 1 })
  const people = await createPeople(sql, size)
  const conversationId = await createConversation(sql, people)
  await sql.end()
  const { server, audience, open } = await start(bench, 'confab.ts', { size, databaseUrl })
  await open(people.map((person, index) => confabSocket(server.url, person, subscriptionId(index))))

  let turn = 0
  const send = async () => {
    const sender = people[turn++ % size]
    const body = stamp().padEnd(BODY_LENGTH, '.')
    await post(`${server.url}/trpc/messages.send`, JSON.stringify({ id: newId(), conversationId, body }), {
      cookie: sender?.cookie ?? '',
      origin: server.url,
      'content-type': 'application/json',
    })
  }

  const { promise: frame, resolve } = Promise.withResolvers<string>()
  const onText = (text: string) => isStamped(text) && resolve(text)
  const probes = await openAll(
    people.slice(0, 1).map((person) => ({ ...confabSocket(server.url, person, 1), onText })),
  )
  await send()
  const contender = { name: 'Confab', server, audience, send, frame: await frame }
  closeAll(probes)
  return contender
}

/** `server.publish` of a ready string as long as Confab's frame, told by a request. */
export async function startRaw(
  bench: Bench,
  { audience: { size }, frame }: ConfabContender,
): Promise<Contender> {
  const { server, audience, open } = await start(bench, 'raw.ts', { size })
  await open(Array.from({ length: size }, () => ({ url: server.url })))
  return { name: 'raw Bun', server, audience, send: () => post(server.url, restamp(frame)) }
}

/** A room of socket.io, and the same event to emit. */
export async function startSocketIo(
  bench: Bench,
  { audience: { size }, frame }: ConfabContender,
): Promise<Contender> {
  const { server, audience, open } = await start(bench, 'socket-io.ts', { size })
  await open(Array.from({ length: size }, () => socketIoSocket(server.url)))
  const event = JSON.stringify(JSON.parse(frame).result.data)
  return { name: 'socket.io', server, audience, send: () => post(server.url, restamp(event)) }
}

interface StartOptions {
  size: number
  databaseUrl?: string
}

async function start({ stack }: Bench, file: string, { size, databaseUrl }: StartOptions) {
  const server = await startServer({ file, stack, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
  const audience = new Audience(size)
  const open = async (openings: Opening[]) => {
    const sockets = await openAll(openings.map((opening) => ({ ...opening, onText: audience.hear })))
    stack.defer(() => closeAll(sockets))
  }
  return { server, audience, open }
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
  if (index === 0) return 41
  return index % 10 === 0 ? 2 + ((index / 10) % 7) : 1
}
