import postgres from 'postgres'
import { createConversation, createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { startServer } from './children'
import { alternate } from './rounds'
import type { Scenario } from './scenario'
import { closeAll, confabSocket, type Opening, openAll } from './sockets'

const ROUNDS = 3
/** Open before the others are counted: what a server needs for its first sockets is no price of each. */
const FIRST = 500
const CONVERSATIONS_EACH = 10
const CONVERSATION_SIZE = 100

/** What somebody costs who is only there. */
export const idle: Scenario = {
  name: 'idle',
  what: ({ sockets }) =>
    `${sockets.toLocaleString('en')} signed-in sockets, each synced and in ${CONVERSATIONS_EACH} conversations`,

  async run(bench) {
    const { sockets, tell } = bench
    const databaseUrl = await bench.database.create()
    const people = await populate(databaseUrl, FIRST + sockets)
    const sides: Side[] = [
      {
        ...{ name: 'Confab', file: 'confab.ts', databaseUrl },
        openings: (url) => people.map((person) => confabSocket(url, person, 1)),
      },
      { name: 'raw Bun', file: 'raw.ts', openings: (url) => people.map(() => ({ url })) },
    ]
    tell('opening')
    const rounds = await alternate(ROUNDS, sides, grow)
    return [
      { name: 'memory of a socket', unit: 'KiB', ...rounds.compare('kib'), bar: { of: 'value', most: 12 } },
      { name: 'sockets opened', unit: '/s', ...rounds.compare('rate') },
      { name: 'server CPU to open one', unit: 'µs', ...rounds.compare('cpu') },
    ]
  },
}

interface Side {
  name: string
  /** The server's, and for the product its database. */
  file: string
  databaseUrl?: string
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

/** Conversations of neighbours: each person is in ten of them. */
async function populate(databaseUrl: string, count: number): Promise<SignedIn[]> {
  const sql = postgres(databaseUrl, { max: 1 })
  const people = await createPeople(sql, count)
  const distance = CONVERSATION_SIZE / CONVERSATIONS_EACH
  for (let start = 0; start < count; start += distance) {
    const members = Array.from({ length: CONVERSATION_SIZE }, (_, n) => people[(start + n) % count])
    await createConversation(
      sql,
      members.filter((member) => member !== undefined),
    )
  }
  await sql.end()
  return people
}
