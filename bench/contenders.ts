import postgres from 'postgres'
import { newId } from '../src/lib/ids'
import { createConversation, createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { Audience } from './audience'
import { startServer } from './children'
import { HttpConnection } from './http'
import type { Contender, Scene, Sender } from './pour'
import { type Protocol, rawBun, socketIo, trpc } from './protocols'
import { confabSocket } from './sockets'
import { openWire, type Wire, type WireOpening } from './wire'

/** Who is online. */
export interface Crowd {
  conversations: number
  /** Of each conversation; nobody is in two. */
  members: number
  /** How many of all people write. */
  senders: number
  /** Whether Confab's people are subscribed under several tRPC ids, as other clients than its own would be. */
  mixed?: true
}

/** The names by which figures are ordered. */
export const PEERS = ['trpc-bun-adapter', 'tRPC on ws', 'socket.io']
/** As fast as it goes, it is the load whose core is full: the limit is higher than what is printed then. */
export const RAW = 'raw publish'
export const RAW_EACH = 'raw, an insert each'
export const RAW_SHARED = 'raw, shared inserts'

/** The whole product with Redis: sends go to `messages.send` over HTTP. The crowds are on the same server. */
export async function startConfab(scene: Scene, crowds: Crowd[]): Promise<Contender[]> {
  const databaseUrl = await scene.bench.database.create()
  const sql = postgres(databaseUrl, { max: 1 })
  const people = await createPeople(
    sql,
    crowds.reduce((sum, { conversations, members }) => sum + conversations * members, 0),
  )
  const groups: { crowd: Crowd; rooms: Room[] }[] = []
  for (const crowd of crowds) {
    const rooms: Room[] = []
    for (let n = 0; n < crowd.conversations; n++) {
      const members = people.splice(0, crowd.members)
      rooms.push({ id: await createConversation(sql, members), members })
    }
    groups.push({ crowd, rooms })
  }
  await sql.end()
  const { stack } = scene.bench
  const server = await startServer({ file: 'confab.ts', databaseUrl, redisUrl: scene.redis.url, stack })
  const contenders: Contender[] = []
  for (const { crowd, rooms } of groups) {
    const audience = new Audience(crowd.members)
    const seats = rooms.flatMap(({ id, members }) => members.map((person) => ({ id, person })))
    await gather(
      scene,
      seats.map(({ person }, index) => ({
        ...confabSocket(server.url, person, crowd.mixed ? subscriptionId(index) : 1),
        onFrame: (bytes, from, to) => void audience.hear(bytes, from, to),
      })),
    )
    const senders = spread(seats, crowd.senders).map(({ id, person }) =>
      overHttp(scene, server.url, { id, person }),
    )
    contenders.push({ name: 'Confab', server, audience, senders })
  }
  return contenders
}

interface Room {
  id: string
  members: SignedIn[]
}

/** Those who build with what there is: saving first, with Redis, and sending over their own sockets. */
export async function startPeers(scene: Scene, crowd: Crowd): Promise<Contender[]> {
  const sides = [
    { name: 'trpc-bun-adapter', file: 'trpc-bun.ts', protocol: trpc },
    { name: 'tRPC on ws', file: 'trpc-ws.ts', protocol: trpc },
    { name: 'socket.io', file: 'socket-io.ts', protocol: socketIo },
  ]
  const contenders: Contender[] = []
  for (const side of sides) contenders.push(await start(scene, crowd, side))
  return contenders
}

/** What can't be beaten: Bun alone, saving nothing, each by itself, or together. */
export async function startLimits(scene: Scene, crowd: Crowd, names: string[]): Promise<Contender[]> {
  const sides = [
    { name: RAW, args: [] },
    { name: RAW_EACH, args: ['each'] },
    { name: RAW_SHARED, args: ['together'] },
  ].filter(({ name }) => names.includes(name))
  const contenders: Contender[] = []
  for (const side of sides)
    contenders.push(await start(scene, crowd, { ...side, file: 'raw.ts', protocol: rawBun }))
  return contenders
}

interface Side {
  name: string
  file: string
  args?: string[]
  protocol: Protocol
}

async function start(scene: Scene, crowd: Crowd, { name, protocol, ...side }: Side): Promise<Contender> {
  const { stack, database } = scene.bench
  const databaseUrl = await database.create()
  const server = await startServer({ ...side, databaseUrl, redisUrl: scene.redis.url, stack })
  const audience = new Audience(crowd.members)
  const conversationIds = Array.from({ length: crowd.conversations }, newId)
  const seats = conversationIds.flatMap((id) =>
    Array.from({ length: crowd.members }, () => new Seat(id, protocol)),
  )
  const wires = await gather(
    scene,
    seats.map((seat) => ({
      ...protocol.opening(server.url, newId(), seat.conversationId),
      onFrame: (bytes, from, to) => {
        if (!audience.hear(bytes, from, to)) seat.answered(bytes.toString('utf8', from, to))
      },
    })),
  )
  for (const [index, seat] of seats.entries()) seat.wire = wires[index] ?? null
  return { name, server, audience, senders: spread(seats, crowd.senders).map((seat) => seat.send) }
}

/** Somebody who listens and may send, over the same socket, one message at a time. */
class Seat {
  wire: Wire | null = null
  #sent = 100
  #waiting: { resolve: () => void; reject: (error: Error) => void } | null = null

  constructor(
    readonly conversationId: string,
    readonly protocol: Protocol,
  ) {}

  readonly send: Sender = (body) => {
    this.#sent += 1
    const message = { id: newId(), conversationId: this.conversationId, body }
    this.wire?.send(this.protocol.send(this.#sent, message))
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  answered(text: string): void {
    const answer = this.protocol.answer(text)
    if (answer === 'refused') this.#waiting?.reject(new Error(`a send was answered: ${text}`))
    else if (answer === this.#sent) this.#waiting?.resolve()
  }
}

function overHttp({ bench }: Scene, url: string, { id, person }: { id: string; person: SignedIn }): Sender {
  const headers = { cookie: person.cookie, origin: url, 'content-type': 'application/json' }
  const connection = new HttpConnection(url, '/trpc/messages.send', headers)
  bench.stack.defer(() => connection.close())
  return (body) => connection.post(JSON.stringify({ id: newId(), conversationId: id, body }))
}

async function gather({ bench }: Scene, openings: WireOpening[]): Promise<Wire[]> {
  const wires: Wire[] = []
  const waiting = openings.entries()
  const worker = async () => {
    for (const [index, opening] of waiting) wires[index] = await openWire(opening)
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  bench.stack.defer(() => {
    for (const wire of wires) wire.close()
  })
  return wires
}

/** So many of them, from all over. */
function spread<T>(all: T[], count: number): T[] {
  const step = all.length / count
  return Array.from({ length: count }, (_, n) => all[Math.floor(n * step)]).filter((one) => one !== undefined)
}

/** Confab's client subscribes under the id 1; other programs number as tRPC does, one here past the native ids. */
function subscriptionId(index: number): number {
  if (index === 5) return 41
  return index % 10 === 0 ? 2 + ((index / 10) % 7) : 1
}
