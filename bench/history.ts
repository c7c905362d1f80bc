import postgres from 'postgres'
import { newId } from '../src/lib/ids'
import { createConversation, createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { besideBest } from './beside'
import { giveServersACore } from './cores'
import type { Figure } from './figures'
import { fillConversation, fillPlain, settle } from './fill'
import {
  confabLibrary,
  type Depth,
  type Library,
  PAGE,
  type Pulled,
  peerLibrary,
  pull,
  type Shelf,
  type Wanted,
} from './pages'
import type { Scene } from './pour'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Bench, Scenario } from './scenario'
import { createPlainTable } from './servers/plain-messages'

const READERS = 8
const FEW = 10_000
const SIZES = [100_000, 1_000_000]
const DEPTHS: Depth[] = ['newest', 'anywhere']
const ROUNDS = 3
const SECONDS = 1.2
/** Of the comparison with itself. */
const OWN_ROUNDS = 7

/** Somebody scrolls. */
export const history: Scenario = {
  name: 'history',
  what: () =>
    `pages of ${PAGE} messages, ${READERS} in flight; Confab's over HTTP, the peers' over their sockets`,

  async run(bench) {
    const redis = await startBenchRedis(bench.stack)
    const scene = { bench, redis }
    await giveServersACore(bench, redis)
    bench.tell('writing two million messages')
    const { databaseUrl, people, shelves } = await fillConfab(bench)
    const theirs = await fillPeers(bench)
    const confab = await confabLibrary(scene, databaseUrl, people)
    const readers = { readers: READERS }
    const peers = [
      await peerLibrary(scene, theirs.databaseUrl, {
        name: 'trpc-bun-adapter',
        file: 'trpc-bun.ts',
        ...readers,
      }),
      await peerLibrary(scene, theirs.databaseUrl, { name: 'tRPC on ws', file: 'trpc-ws.ts', ...readers }),
    ]
    const sides = [{ ...confab, shelves }, ...peers.map((peer) => ({ ...peer, shelves: theirs.shelves }))]
    const flow = { inFlight: READERS, seconds: SECONDS }
    const figures: Figure[] = []
    for (const side of sides)
      for (const depth of DEPTHS) await pull(scene, side, { ...flow, ...shelfOf(side, FEW), depth })
    for (const count of SIZES)
      for (const depth of DEPTHS) {
        bench.tell(`${named(count)}, ${depth}`)
        const rounds = await alternate(ROUNDS, sides, (side) =>
          pull(scene, side, { ...flow, ...shelfOf(side, count), depth }),
        )
        figures.push(...besidePeers(`${depth} of ${named(count)}`, rounds.compare))
      }
    bench.tell('beside a short conversation')
    return [...figures, ...(await besideItself(scene, confab, shelves))]
  },
}

function besidePeers(
  what: string,
  compare: (key: keyof Pulled) => Pick<Figure, 'confab' | 'peers'>,
): Figure[] {
  return [
    {
      ...{ name: `pages, ${what}`, unit: '/s', bar: { of: 'ratio', least: 1.2, goal: 1.6 } },
      ...besideBest(compare('rate'), 'most'),
    },
    { name: 'server CPU per page', unit: 'µs', ...besideBest(compare('server'), 'least') },
    { name: "PostgreSQL's CPU per page", unit: 'µs', ...besideBest(compare('postgres'), 'least') },
    { name: 'median', unit: 'ms', ...besideBest(compare('p50'), 'least') },
    { name: 'p99', unit: 'ms', ...besideBest(compare('p99'), 'least') },
    { name: 'load and PostgreSQL', unit: '×', ...besideBest(compare('otherCore'), 'least') },
  ]
}

/**
 * The far page of a long conversation beside the near page of a short one. CPU is what is held to the bar: the time of a
 * page is mostly waiting for the other core, where load and PostgreSQL take turns.
 */
async function besideItself(scene: Scene, confab: Library, shelves: Shelf[]): Promise<Figure[]> {
  const [few, many] = [shelfOf({ shelves }, FEW), shelfOf({ shelves }, 1_000_000)]
  const sides: (Shelf & { name: string; depth: Depth })[] = [
    { name: 'Confab', ...many, depth: 'anywhere' },
    { name: `newest of ${named(FEW)}`, ...few, depth: 'newest' },
  ]
  const measure = (flow: Pick<Wanted, 'inFlight' | 'seconds'>) =>
    alternate(OWN_ROUNDS, sides, ({ name: _, ...side }) => pull(scene, confab, { ...side, ...flow }))
  const together = await measure({ inFlight: READERS, seconds: 1 })
  const alone = await measure({ inFlight: 1, seconds: 0.5 })
  return [
    {
      ...{ name: `anywhere of ${named(1_000_000)}: CPU of server and PostgreSQL`, unit: 'µs' },
      ...{ ...together.compare('both'), bar: { of: 'ratio', most: 1.2 } },
    },
    { name: "of that, PostgreSQL's", unit: 'µs', ...together.compare('postgres') },
    { name: 'one in flight: median', unit: 'ms', ...alone.compare('p50') },
    { name: 'the same: p99', unit: 'ms', ...alone.compare('p99') },
  ]
}

async function fillConfab({ database, stack }: Bench) {
  const databaseUrl = await database.create()
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  stack.defer(() => sql.end())
  const people: SignedIn[] = await createPeople(sql, READERS)
  const shelves: Shelf[] = []
  for (const count of [FEW, ...SIZES]) {
    const conversationId = await createConversation(sql, people)
    await fillConversation(sql, { conversationId, count })
    shelves.push({ conversationId, count })
  }
  await settle(sql)
  return { databaseUrl, people, shelves }
}

async function fillPeers({ database, stack }: Bench) {
  const databaseUrl = await database.create()
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  stack.defer(() => sql.end())
  await createPlainTable(sql)
  const shelves = [FEW, ...SIZES].map((count) => ({ conversationId: newId(), count }))
  for (const shelf of shelves) await fillPlain(sql, shelf)
  await settle(sql)
  return { databaseUrl, shelves }
}

function shelfOf({ shelves }: { shelves: Shelf[] }, wanted: number): Shelf {
  const shelf = shelves.find(({ count }) => count === wanted)
  if (shelf === undefined) throw new Error(`no conversation of ${wanted}`)
  return shelf
}

function named(count: number): string {
  return count.toLocaleString('en')
}
