import postgres from 'postgres'
import { type MeasuredServer, startServer } from './children'
import { createConversation, createPeople, type SignedIn } from './people'
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
    const confab: Grown[] = []
    const raw: Grown[] = []
    for (let n = 1; n <= ROUNDS; n++) {
      tell(`round ${n} of ${ROUNDS}`)
      await using stack = new AsyncDisposableStack()
      const server = await startServer({ file: 'confab.ts', databaseUrl, stack })
      confab.push(
        await grow(
          server,
          people.map((person) => confabSocket(server.url, person, 1)),
          stack,
        ),
      )
      const bare = await startServer({ file: 'raw.ts', stack })
      raw.push(
        await grow(
          bare,
          people.map(() => ({ url: bare.url })),
          stack,
        ),
      )
    }
    const compare = (of: keyof Grown) => ({
      confab: confab.map((grown) => grown[of]),
      peers: [{ name: 'raw Bun', rounds: raw.map((grown) => grown[of]) }],
    })
    return [
      { name: 'memory of a socket', unit: 'KiB', ...compare('kib'), bar: { of: 'value', most: 12 } },
      { name: 'sockets opened', unit: '/s', ...compare('rate') },
      { name: 'server CPU to open one', unit: 'µs', ...compare('cpu') },
    ]
  },
}

interface Grown {
  /** Of resident memory for each socket. */
  kib: number
  /** Opened and synced a second. */
  rate: number
  /** Microseconds for each. */
  cpu: number
}

/** Between two sizes of the same server, after its garbage is collected at each. */
async function grow(
  server: MeasuredServer,
  openings: Opening[],
  stack: AsyncDisposableStack,
): Promise<Grown> {
  const first = await openAll(openings.slice(0, FIRST))
  stack.defer(() => closeAll(first))
  const before = await server.settled()
  const start = performance.now()
  const counted = await openAll(openings.slice(FIRST))
  stack.defer(() => closeAll(counted))
  const seconds = (performance.now() - start) / 1_000
  const opened = await server.usage()
  const after = await server.settled()
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
