import postgres from 'postgres'
import { createConversation, createPeople } from '../tests/support/people'
import { manyMessages, nth } from '../tests/support/seed'
import { openBrowser } from './browser'
import { startServer } from './children'
import type { Figure } from './figures'
import { fillConversation, settle } from './fill'
import type { Bench, Scenario } from './scenario'
import type { Pixels } from './scroll'
import { quantile } from './stats'
import { LOADED, type Place, type Room, type Scrolled, type Visit, visit } from './visit'

const ROUNDS = 3
const FEW = 10_000
const MANY = 100_000
const MB = 1_000_000

/** What somebody waits for, and sees, who uses it. */
export const client: Scenario = {
  name: 'client',
  what: () => 'the built client in Chromium, 1280 × 800, without a window or a GPU, beside the server',

  async run(bench) {
    const browser = await openBrowser(bench.stack)
    const place = await prepare(bench)
    const visits: Visit[] = []
    for (let n = 1; n <= ROUNDS; n++) {
      bench.tell(`visit ${n} of ${ROUNDS}`)
      visits.push(await visit({ ...place, browser }))
    }
    return figuresOf(visits)
  },
}

function figuresOf(visits: Visit[]): Figure[] {
  const figure = (pick: (visit: Visit) => number): Pick<Figure, 'confab'> => ({ confab: visits.map(pick) })
  const part = (of: number, pick: (visit: Visit) => number[]) => figure((one) => quantile(pick(one), of))
  const p50 = (pick: (visit: Visit) => number[]) => part(0.5, pick)
  const p95 = (pick: (visit: Visit) => number[]) => part(0.95, pick)
  /** One blank frame is one too many, whatever the other rounds had. */
  const pixels = (name: string, pick: (visit: Visit) => Pixels): Figure[] => [
    {
      ...{ name: `${name}: drift`, unit: 'px', bar: most(0) },
      confab: [Math.max(...visits.map((one) => pick(one).drift))],
    },
    {
      ...{ name: `${name}: blank frames`, unit: 'each', bar: most(0) },
      confab: [visits.reduce((sum, one) => sum + pick(one).blank, 0)],
    },
  ]
  const scrolled = (count: number, scroll: (visit: Visit) => Scrolled): Figure[] => {
    const name = count.toLocaleString('en')
    const frames = (what: string, pick: (one: Scrolled) => number[]): Figure[] => [
      { name: `${name}, ${what}: a frame, p50`, unit: 'ms', ...p50((one) => pick(scroll(one))) },
      { name: 'the same, p95', unit: 'ms', ...p95((one) => pick(scroll(one))), bar: most(17) },
    ]
    return [
      ...pixels(`${name}, up by the wheel`, (one) => scroll(one).wheeled),
      ...frames('up by the wheel', ({ whileLoading }) => whileLoading),
      ...pixels(`${name}, up by a script`, (one) => scroll(one).stepped),
      ...pixels(`${name}, flung up`, (one) => scroll(one).flung),
      { name: `${name}: rows loaded then`, unit: 'each', ...figure((one) => scroll(one).rows) },
      ...pixels(`${name}, within these`, (one) => scroll(one).glided),
      ...frames('within these', ({ whileLoaded }) => whileLoaded),
    ]
  }
  const among = `the same with ${LOADED.toLocaleString('en')} rows loaded`
  return [
    { name: 'cold: first message painted', unit: 'ms', ...figure(({ cold }) => cold.painted) },
    { name: 'requests before it', unit: 'each', ...figure(({ cold }) => cold.requests), bar: most(4) },
    { name: 'with theme, font, icon', unit: 'each', ...figure(({ cold }) => cold.allRequests) },
    { name: 'size of all of them', unit: 'KiB', ...figure(({ cold }) => cold.kib) },
    { name: 'warm: first message painted', unit: 'ms', ...figure(({ warm }) => warm.painted) },
    { name: 'requests before it', unit: 'each', ...figure(({ warm }) => warm.requests), bar: most(4) },
    { name: 'size of all of them', unit: 'KiB', ...figure(({ warm }) => warm.kib) },
    ...scrolled(FEW, ({ ofFew }) => ofFew),
    ...scrolled(MANY, ({ ofMany }) => ofMany),
    ...pixels(`${MANY.toLocaleString('en')}, from the middle`, ({ halfway }) => halfway),
    { name: 'Enter to painted, p50', unit: 'ms', ...p50(({ sends }) => sends) },
    { name: 'Enter to painted, p95', unit: 'ms', ...p95(({ sends }) => sends), bar: most(50) },
    { name: among, unit: 'ms', ...p95(({ sendsAmong }) => sendsAmong), bar: most(50) },
    { name: 'click to cached conversation, p50', unit: 'ms', ...p50(({ switches }) => switches) },
    {
      name: 'click to cached conversation, p95',
      unit: 'ms',
      ...p95(({ switches }) => switches),
      bar: most(100),
    },
    { name: among, unit: 'ms', ...p95(({ switchesAmong }) => switchesAmong), bar: most(100) },
    {
      name: 'JavaScript heap at start',
      unit: 'MB',
      ...figure(({ heap }) => heap.atStart / MB),
      bar: most(20),
    },
    { name: 'JavaScript heap in use', unit: 'MB', ...figure(({ heap }) => heap.inUse / MB), bar: most(60) },
  ]
}

function most(value: number): NonNullable<Figure['bar']> {
  return { of: 'value', most: value }
}

/** Two conversations of several people, as long as they are said to be, on the server with the client. */
async function prepare({ database, stack, tell }: Bench): Promise<Omit<Place, 'browser'>> {
  tell('writing messages')
  const databaseUrl = await database.create()
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  stack.defer(() => sql.end())
  const people = await createPeople(sql, 5)
  const [reader, latecomer] = people
  if (reader === undefined || latecomer === undefined) throw new Error('nobody came')
  const room = async (count: number): Promise<Room> => {
    const [id, name] = [await createConversation(sql, people), `of ${count}`]
    await sql`UPDATE conversations SET name = ${name} WHERE id = ${id}`
    await fillConversation(sql, { conversationId: id, count })
    await shape(sql, id)
    return { id, name, count }
  }
  const [few, many] = [await room(FEW), await room(MANY)]
  await settle(sql)
  const { url } = await startServer({ file: 'site.ts', databaseUrl, stack })
  return { url, sql, reader, latecomer, few, many }
}

/** Words, lines, and paragraphs whose height is hard to guess. */
async function shape(sql: postgres.Sql, conversationId: string): Promise<void> {
  const bodies = manyMessages(7, ['']).map(({ body }, index) => body.slice(nth(index + 1).length))
  await sql`
    UPDATE messages SET body = '(' || number || ')' || (${bodies}::text[])[1 + number % ${bodies.length}]
    WHERE conversation_id = ${conversationId}`
}
