import postgres from 'postgres'
import { createPeople } from '../tests/support/people'
import { readStatements } from '../tests/support/statements'
import type { SignedIn } from '../verify/front-door'
import { type MeasuredServer, startServer } from './children'
import { giveServersACore } from './cores'
import { settle } from './fill'
import { HttpConnection } from './http'
import { batched } from './pages'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Bench, Scenario } from './scenario'
import { quantile } from './stats'

const SIZES = [1_000, 100, 10]
const OTHERS = 1_000
const ROUNDS = 5
const SECONDS = 1
const COUNTED = 20

/** What somebody waits for who opens Confab. */
export const list: Scenario = {
  name: 'list',
  what: () =>
    'the conversation list with unread counts, one at a time: half direct, a quarter groups of 12, a quarter channels of 60',

  async run(bench) {
    const { stack, tell } = bench
    const redis = await startBenchRedis(stack)
    await giveServersACore(bench, redis)
    const databaseUrl = await bench.database.create()
    const people = await populate(databaseUrl)
    const start = (url: string) =>
      startServer({ file: 'confab.ts', databaseUrl: url, redisUrl: redis.url, stack })
    const wire = stack.use(readStatements(databaseUrl))
    const [server, counted] = [await start(databaseUrl), await start(wire.url)]
    const open = (to: MeasuredServer): Side[] =>
      SIZES.map((size, n) => ({
        name: n === 0 ? 'Confab' : `in ${size}`,
        ...{ size, server: to, ask: asking(bench, to.url, people[n]) },
      }))

    const sides = open(server)
    for (const side of sides) await ask(bench, side)
    tell('asking')
    const rounds = await alternate(ROUNDS, sides, (side) => ask(bench, side))
    tell('counting statements')
    const statements = await alternate(1, open(counted), async ({ ask, size }) => {
      for (let n = 0; n < COUNTED; n++) await ask()
      const before = wire.said.length
      for (let n = 0; n < COUNTED; n++) countEntries(await ask(), size)
      return { each: (wire.said.length - before) / COUNTED }
    })
    return [
      {
        ...{ name: `in ${SIZES[0]}: from asking to the last byte, median`, unit: 'ms' },
        ...{ ...rounds.compare('p50'), bar: { of: 'value', most: 10 } },
      },
      { name: 'the same: p99', unit: 'ms', ...rounds.compare('p99') },
      { name: 'server CPU', unit: 'ms', ...rounds.compare('server') },
      { name: "PostgreSQL's CPU", unit: 'ms', ...rounds.compare('postgres') },
      { name: 'size of the answer', unit: 'KiB', ...rounds.compare('kib') },
      { name: 'statements', unit: 'each', ...statements.compare('each'), bar: { of: 'value', most: 1 } },
    ]
  },
}

interface Side {
  name: string
  size: number
  server: MeasuredServer
  ask: () => Promise<Buffer>
}

interface Asked {
  /** Milliseconds, from asking to the last byte, and of CPU for each. */
  p50: number
  p99: number
  server: number
  postgres: number
  kib: number
}

async function ask({ database }: Bench, side: Side): Promise<Asked> {
  const delays: number[] = []
  let bytes = 0
  const before = { ...(await side.server.usage()), postgres: await database.cpu() }
  const start = performance.now()
  while (performance.now() - start < SECONDS * 1_000) {
    const at = performance.now()
    bytes = (await side.ask()).length
    delays.push(performance.now() - at)
  }
  return {
    ...{ p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), kib: bytes / 1_024 },
    server: ((await side.server.usage()).cpu - before.cpu) / 1_000 / delays.length,
    postgres: (((await database.cpu()) - before.postgres) * 1_000) / delays.length,
  }
}

/** As the client asks when it starts. */
function asking({ stack }: Bench, url: string, person: SignedIn | undefined): () => Promise<Buffer> {
  const headers = { cookie: person?.cookie ?? '', 'content-type': 'application/json' }
  const connection = new HttpConnection(url, '', headers)
  stack.defer(() => connection.close())
  return () => connection.get(batched('conversations.list', [{}]))
}

/** @throws when it is another list than was meant: a figure of that would be worth nothing */
function countEntries(answer: Buffer, size: number): void {
  const [{ result }]: [{ result: { data: { conversations: { unread: number }[] } } }] = JSON.parse(
    answer.toString(),
  )
  const { conversations } = result.data
  const unread = conversations.filter((one) => one.unread > 0).length
  if (conversations.length !== size || unread === 0)
    throw new Error(`the list has ${conversations.length} conversations, ${unread} of them unread`)
}

/** @returns one person for each size of a list. All they are in is theirs alone but for the other people in it. */
async function populate(databaseUrl: string): Promise<SignedIn[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const owners = await createPeople(sql, SIZES.length, 'owner')
  const others = (await createPeople(sql, OTHERS)).map(({ user }) => user.id)
  for (const [n, { user }] of owners.entries()) await populateFor(sql, { user, others, size: SIZES[n] ?? 0 })
  await settle(sql)
  await sql.end()
  return owners
}

/** Twenty messages in each; a third of the conversations has five unread ones. */
async function populateFor(
  sql: postgres.Sql,
  { user, others, size }: { user: SignedIn['user']; others: string[]; size: number },
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      CREATE TEMPORARY TABLE made ON COMMIT DROP AS
      SELECT n, uuidv7() AS id, CASE n % 4 WHEN 1 THEN 'private' WHEN 3 THEN 'public' ELSE 'direct' END AS kind,
        CASE n % 4 WHEN 1 THEN 12 WHEN 3 THEN 60 ELSE 2 END AS size, now() - n * interval '1 minute' AS at
      FROM generate_series(1, ${size}::integer) AS n`
    await tx`
      INSERT INTO conversations (id, kind, name, direct_key, created_by, last_seq, last_number, last_message_at)
      SELECT id, kind, CASE WHEN kind <> 'direct' THEN 'Planning of project ' || n END,
        CASE WHEN kind = 'direct' THEN encode(sha256(id::text::bytea), 'hex') END, ${user.id}, 21, 20, at
      FROM made`
    await tx`
      INSERT INTO members (conversation_id, user_id, role, joined_seq, delivered_seq, read_seq, read_number, changed_at)
      SELECT id, ${user.id}::uuid, CASE WHEN kind = 'direct' THEN 'member' ELSE 'owner' END, 1, 21,
        CASE WHEN n % 3 = 0 THEN 16 ELSE 21 END, CASE WHEN n % 3 = 0 THEN 15 ELSE 20 END, now() - interval '1 day'
      FROM made
      UNION ALL
      SELECT id, (${others}::uuid[])[1 + (n + other) % ${OTHERS}], 'member', 1, 21, 21, 20, now() - interval '1 day'
      FROM made, generate_series(1, size - 1) AS other`
    await tx`
      INSERT INTO events (conversation_id, seq, number, kind, actor_id)
      SELECT id, 1, 0, 'created', ${user.id}::uuid FROM made`
    await tx`
      INSERT INTO messages (id, conversation_id, seq, number, sender_id, body, created_at, changed_seq)
      SELECT uuidv7(), id, number + 1, number, (${others}::uuid[])[1 + (n + 1) % ${OTHERS}], 'a line of words', at, number + 1
      FROM made, generate_series(1, 20) AS number`
    await tx`
      INSERT INTO events (conversation_id, seq, number, kind, actor_id, subject_id, at)
      SELECT conversation_id, seq, number, 'sent', sender_id, messages.id, created_at
      FROM messages JOIN made ON made.id = conversation_id`
  })
}
