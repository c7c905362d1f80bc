import postgres from 'postgres'
import { openDatabase, type Sql } from '../src/db/open'
import { newId } from '../src/lib/ids'
import { createLogger } from '../src/lib/logger'
import { createMemoryBus } from '../src/live/memory-bus'
import { SendQueue } from '../src/live/send-queue'
import { type Outcome, type Send, writeSends } from '../src/live/write-sends'
import { createConversation, createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { alternate } from './rounds'
import type { Bench, Scenario } from './scenario'
import { quantile } from './stats'

const IN_FLIGHT = 64
const ROUNDS = 8
const SECONDS = 1.5
const BODY = 'x'.repeat(100)

/** Everybody writes in the same conversation, whose row all of them need. */
export const hot: Scenario = {
  name: 'hot',
  what: () => `${IN_FLIGHT} sends in flight in one conversation, at the queue, every commit on the disk`,

  async run(bench) {
    const url = await bench.database.create()
    const sql = postgres(url, { max: 1 })
    const people = await createPeople(sql, IN_FLIGHT)
    const conversationId = await createConversation(sql, people)
    await sql.end()
    const database = openDatabase(url)
    bench.stack.defer(() => database.close())
    const sides = [grouped(database.sql), singly(database.sql)].map(
      ({ name, write }): Side => ({ name, write, people, conversationId }),
    )

    for (const side of sides) await press(bench, side, 0.5)
    const rounds = await alternate(ROUNDS, sides, (side) => press(bench, side, SECONDS))
    return [
      { name: 'messages committed', unit: '/s', ...rounds.compare('rate'), bar: { of: 'ratio', least: 10 } },
      { name: 'send to commit, median', unit: 'ms', ...rounds.compare('p50') },
      { name: 'send to commit, p99', unit: 'ms', ...rounds.compare('p99') },
      { name: "PostgreSQL's CPU per message", unit: 'µs', ...rounds.compare('postgres') },
      { name: "the queue's CPU per message", unit: 'µs', ...rounds.compare('own') },
    ]
  },
}

type Write = (send: Send) => Promise<Outcome>

interface Side {
  name: string
  write: Write
  people: SignedIn[]
  conversationId: string
}

/** As the product sends. */
function grouped(sql: Sql): { name: string; write: Write } {
  const queue = new SendQueue({ sql, bus: createMemoryBus(), logger: createLogger('silent') })
  return { name: 'Confab', write: (send) => queue.submit(send) }
}

/** The same function called for each message by itself, over the same pool. */
function singly(sql: Sql): { name: string; write: Write } {
  const write: Write = async (send) => {
    const [outcome] = await writeSends(sql, [send], true)
    return outcome ?? { kind: 'busy' }
  }
  return { name: 'one by one', write }
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

/** Each person has one send in flight, and the next as soon as that is committed. */
async function press({ database }: Bench, side: Side, seconds: number): Promise<Pressed> {
  const delays: number[] = []
  const before = { postgres: await database.cpu(), own: process.cpuUsage() }
  const start = performance.now()
  const person = async ({ user: { id: senderId } }: SignedIn) => {
    while (performance.now() - start < seconds * 1_000) {
      const sentAt = performance.now()
      const send = { id: newId(), conversationId: side.conversationId, senderId, body: BODY }
      const { kind } = await side.write(send)
      if (kind !== 'sent') throw new Error(`a send was answered ${kind}`)
      delays.push(performance.now() - sentAt)
    }
  }
  await Promise.all(side.people.map(person))
  const elapsed = (performance.now() - start) / 1_000
  const own = process.cpuUsage(before.own)
  return {
    rate: delays.length / elapsed,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    postgres: (((await database.cpu()) - before.postgres) * 1e6) / delays.length,
    own: (own.user + own.system) / delays.length,
  }
}
