import postgres from 'postgres'
import { newId } from '../src/lib/ids'
import { createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { startServer } from './children'
import { giveServersACore } from './cores'
import { CONVERSATIONS_EACH, createNeighbours } from './neighbours'
import { type Protocol, socketIo, trpc } from './protocols'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Scenario } from './scenario'
import { closeAll, confabSocket, type Opening, openAll } from './sockets'

const ROUNDS = 3
/** Open before the others are counted: what a server needs for its first sockets is no price of each. */
const FIRST = 500
/** Once, after the rounds: whether each of many costs what each of few does. */
const MANY = 10_000

/** What somebody costs who is only there. */
export const idle: Scenario = {
  name: 'idle',
  what: ({ sockets }) =>
    `${sockets.toLocaleString('en')} signed-in sockets, each synced and in ${CONVERSATIONS_EACH} conversations; a peer's in one`,

  async run(bench) {
    const { sockets, tell, stack } = bench
    const redis = await startBenchRedis(stack)
    await giveServersACore(bench, redis)
    const databaseUrl = await bench.database.create()
    const people = await populate(databaseUrl, FIRST + Math.max(sockets, MANY))
    const confab = (count: number): Side => ({
      ...{ name: 'Confab', file: 'confab.ts', databaseUrl, redisUrl: redis.url },
      openings: (url) => people.slice(0, FIRST + count).map((person) => confabSocket(url, person, 1)),
    })
    const where = { databaseUrl: await bench.database.create(), redisUrl: redis.url }
    const peer = (name: string, file: string, protocol: Protocol): Side => ({
      ...{ name, file, ...where },
      openings: (url) =>
        upTo(FIRST + sockets).map((n) => protocol.opening(url, newId(), rooms[n % 100] ?? '')),
    })
    const sides = [
      confab(sockets),
      {
        name: 'raw Bun',
        file: 'raw.ts',
        openings: (url: string) => upTo(FIRST + sockets).map(() => ({ url })),
      },
      peer('trpc-bun-adapter', 'trpc-bun.ts', trpc),
      peer('tRPC on ws', 'trpc-ws.ts', trpc),
      peer('socket.io', 'socket-io.ts', socketIo),
    ]
    tell('opening')
    const rounds = await alternate(ROUNDS, sides, grow)
    tell(`opening ${MANY}`)
    const many = await alternate(1, [confab(MANY)], grow)
    const bar = { of: 'value', most: 12, goal: 8 } as const
    return [
      { name: 'memory of a socket', unit: 'KiB', ...rounds.compare('kib'), bar },
      { name: 'sockets opened', unit: '/s', ...rounds.compare('rate') },
      { name: 'server CPU to open one', unit: 'µs', ...rounds.compare('cpu') },
      { name: `${MANY.toLocaleString('en')}: memory of a socket`, unit: 'KiB', ...many.compare('kib'), bar },
      { name: 'sockets opened', unit: '/s', ...many.compare('rate') },
      { name: 'server CPU to open one', unit: 'µs', ...many.compare('cpu') },
    ]
  },
}

/** Of the peers. */
const rooms = Array.from({ length: 100 }, newId)

interface Side {
  name: string
  /** The server's, and what it is given. */
  file: string
  databaseUrl?: string
  redisUrl?: string
  openings: (url: string) => Opening[]
}

interface Grown {
  /** Of resident memory for each socket. */
  kib: number
  /** Opened and synced a second. */
  rate: number
  /** Microseconds for each. */
  cpu: number
}

/** Between two sizes of the same fresh server, after its garbage is collected at each. */
async function grow({ openings, ...side }: Side): Promise<Grown> {
  await using stack = new AsyncDisposableStack()
  const server = await startServer({ ...side, stack })
  const all = openings(server.url)
  const first = await openAll(all.slice(0, FIRST))
  const before = await server.settled()
  const start = performance.now()
  const counted = await openAll(all.slice(FIRST))
  const seconds = (performance.now() - start) / 1_000
  const opened = await server.usage()
  const after = await server.settled()
  closeAll([...first, ...counted])
  return {
    kib: (after.rss - before.rss) / 1_024 / counted.length,
    rate: counted.length / seconds,
    cpu: (opened.cpu - before.cpu) / counted.length,
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

async function populate(databaseUrl: string, count: number): Promise<SignedIn[]> {
  const sql = postgres(databaseUrl, { max: 1 })
  const people = await createPeople(sql, count)
  await createNeighbours(sql, people)
  await sql.end()
  return people
}
