import postgres from 'postgres'
import { openDatabase, type Sql } from '../src/db/open'
import { newId } from '../src/lib/ids'
import { createLogger } from '../src/lib/logger'
import { createMemoryBus } from '../src/live/memory-bus'
import { SendQueue } from '../src/live/send-queue'
import { type Outcome, type Send, writeSends } from '../src/live/write-sends'
import { createConversation, createPeople } from '../tests/support/people'
import { SERVER_CORE } from './children'
import type { Figure } from './figures'
import { pin } from './machine'
import { alternate } from './rounds'
import type { Bench } from './scenario'
import { quantile } from './stats'

const IN_FLIGHT = 512
/** In a call of the bare function: the most that the queue puts into one. */
const CALL = 256
const PEOPLE = 64
const ROUNDS = 7
const SECONDS = 1.5
const WARM_SECONDS = 3
const BODY = 'x'.repeat(100)

/** The send queue by itself, nobody listening, beside the one statement that it calls. This process is the server here. */
export async function atTheQueue(bench: Bench): Promise<Figure[]> {
  bench.tell(`${IN_FLIGHT} sends in flight at the queue`)
  pin(process.pid, String(SERVER_CORE))
  const url = await bench.database.create()
  const sql = postgres(url, { max: 1 })
  const people = await createPeople(sql, PEOPLE)
  const conversationId = await createConversation(sql, people)
  await sql.end()
  const database = openDatabase(url)
  bench.stack.defer(() => database.close())
  const senders = people.map(({ user }) => user.id)
  const next = (n: number): Send => ({
    ...{ id: newId(), conversationId, body: BODY },
    senderId: senders[n % senders.length] ?? '',
  })
  const sides = [
    { name: 'Confab', press: throughQueue(database.sql, next) },
    { name: `the function, ${CALL} a call`, press: bare(database.sql, next) },
  ]
  for (const { press } of sides) await press(WARM_SECONDS)
  const rounds = await alternate(ROUNDS, sides, ({ press }) => measure(bench, press))
  return [
    {
      ...{ name: `${IN_FLIGHT} sends in flight at the queue`, unit: '/s' },
      ...{ ...rounds.compare('rate'), bar: { of: 'ratio', least: 0.5 } },
    },
    { name: 'send to commit, median', unit: 'ms', ...rounds.compare('p50') },
    { name: 'send to commit, p99', unit: 'ms', ...rounds.compare('p99') },
    { name: "PostgreSQL's CPU per message", unit: 'µs', ...rounds.compare('postgres') },
    { name: "the queue's CPU per message", unit: 'µs', ...rounds.compare('own') },
  ]
}

/** @returns milliseconds from send to commit, of each message */
type Press = (seconds: number) => Promise<number[]>

/** As the product sends: each place in flight has the next one as soon as that is committed. */
function throughQueue(sql: Sql, next: (n: number) => Send): Press {
  const queue = new SendQueue({ sql, bus: createMemoryBus(), logger: createLogger('silent') })
  return async (seconds) => {
    const delays: number[] = []
    const end = performance.now() + seconds * 1_000
    const place = async (n: number) => {
      for (let at = performance.now(); at < end; at = performance.now()) {
        check(await queue.submit(next(n)))
        delays.push(performance.now() - at)
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, (_, n) => place(n)))
    return delays
  }
}

/** The same function in full calls, one after the other. */
function bare(sql: Sql, next: (n: number) => Send): Press {
  return async (seconds) => {
    const delays: number[] = []
    const end = performance.now() + seconds * 1_000
    for (let at = performance.now(); at < end; at = performance.now()) {
      const sends = Array.from({ length: CALL }, (_, n) => next(n))
      for (const outcome of await writeSends(sql, sends, true)) {
        check(outcome)
        delays.push(performance.now() - at)
      }
    }
    return delays
  }
}

function check({ kind }: Outcome): void {
  if (kind !== 'sent') throw new Error(`a send was answered ${kind}`)
}

interface Pressed {
  /** Messages a second. */
  rate: number
  /** Milliseconds from send to commit. */
  p50: number
  p99: number
  /** Microseconds of CPU for each message: PostgreSQL's, and this process's. */
  postgres: number
  own: number
}

async function measure({ database }: Bench, press: Press): Promise<Pressed> {
  const before = { postgres: await database.cpu(), own: process.cpuUsage() }
  const start = performance.now()
  const delays = await press(SECONDS)
  const seconds = (performance.now() - start) / 1_000
  const own = process.cpuUsage(before.own)
  return {
    rate: delays.length / seconds,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    postgres: (((await database.cpu()) - before.postgres) * 1e6) / delays.length,
    own: (own.user + own.system) / delays.length,
  }
}
