import postgres from 'postgres'
import { openDatabase, type Sql } from '../src/db/open'
import { newId } from '../src/lib/ids'
import { writeSends } from '../src/live/write-sends'
import { createConversation, createPeople } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'
import { SERVER_CORE } from './children'
import { giveServersACore } from './cores'
import { BODY_LENGTH, fillConversation, settle } from './fill'
import { allCores, pin } from './machine'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Bench, Scenario } from './scenario'
import { median } from './stats'

const FEW = 10_000
const MANY = 1_000_000
const ROUNDS = 9
/** Calls of each round: the short conversation must not become a long one meanwhile. */
const CALLS = { 1: 600, 32: 100 }

/** Whether a message costs more where there are many. Each size is a database of its own, with one conversation. */
export const growth: Scenario = {
  name: 'growth',
  what: () =>
    `sending, at the database's function, in a conversation of ${MANY.toLocaleString('en')} messages and in one of ${FEW.toLocaleString('en')}`,

  async run(bench) {
    await giveServersACore(bench, await startBenchRedis(bench.stack))
    // Here there is no server: this process does its work.
    pin(process.pid, String(SERVER_CORE))
    bench.stack.defer(() => pin(process.pid, allCores))
    bench.tell(`writing ${MANY} messages`)
    const sides = [
      await fill(bench, 'Confab', MANY),
      await fill(bench, `at ${FEW.toLocaleString('en')}`, FEW),
    ]
    for (const side of sides) for (const size of [1, 32] as const) await send(bench, side, size)
    bench.tell('one in a call')
    const one = await alternate(ROUNDS, sides, (side) => send(bench, side, 1))
    bench.tell('32 in a call')
    const many = await alternate(ROUNDS, sides, (side) => send(bench, side, 32))
    const bar = { of: 'ratio', most: 1.1 } as const
    return [
      { name: "one in a call: PostgreSQL's CPU per message", unit: 'µs', ...one.compare('postgres'), bar },
      { name: 'the same: median time per message', unit: 'µs', ...one.compare('wall') },
      { name: "32 in a call: PostgreSQL's CPU per message", unit: 'µs', ...many.compare('postgres'), bar },
      { name: 'the same: median time per message', unit: 'µs', ...many.compare('wall') },
    ]
  },
}

interface Side {
  name: string
  sql: Sql
  people: SignedIn[]
  conversationId: string
}

interface Cost {
  /** Microseconds for each message: PostgreSQL's CPU, and what a call took, waiting for the disk included. */
  postgres: number
  wall: number
}

async function send(bench: Bench, side: Side, size: 1 | 32): Promise<Cost> {
  const calls = CALLS[size]
  const times: number[] = []
  const before = await bench.database.cpu()
  for (let call = 0; call < calls; call++) {
    const sends = Array.from({ length: size }, (_, n) => ({
      ...{ id: newId(), conversationId: side.conversationId, body: 'x'.repeat(BODY_LENGTH) },
      senderId: side.people[(call + n) % side.people.length]?.user.id ?? '',
    }))
    const start = performance.now()
    const outcomes = await writeSends(side.sql, sends, true)
    times.push(performance.now() - start)
    const refused = outcomes.find(({ kind }) => kind !== 'sent')
    if (refused !== undefined) throw new Error(`a send was answered ${refused.kind}`)
  }
  return {
    postgres: (((await bench.database.cpu()) - before) * 1e6) / (calls * size),
    wall: (median(times) * 1_000) / size,
  }
}

async function fill(bench: Bench, name: string, count: number): Promise<Side> {
  const url = await bench.database.create()
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  const people = await createPeople(admin, 50)
  const conversationId = await createConversation(admin, people)
  await fillConversation(admin, { conversationId, count })
  await settle(admin)
  await admin.end()
  const database = openDatabase(url)
  bench.stack.defer(() => database.close())
  return { name, sql: database.sql, people, conversationId }
}
