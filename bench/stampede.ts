import postgres from 'postgres'
import { createPeople } from '../tests/support/people'
import { startServer } from './children'
import { giveServersACore } from './cores'
import { Crowd } from './crowd'
import { createNeighbours } from './neighbours'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Scenario } from './scenario'
import { countStatements } from './statements'

const ROUNDS = 3
/** Messages sent while everybody is away. */
const MISSED = 100
/** Enough for the statements of each; counting takes time. */
const COUNTED = 200

/** A deploy, a proxy that restarts: everybody is cut off at once and comes back at once. */
export const stampede: Scenario = {
  name: 'stampede',
  what: ({ sockets }) =>
    `${sockets.toLocaleString('en')} sockets cut at once, ${MISSED} messages missed; until each has its sync and what it missed`,

  async run(bench) {
    const { stack, tell, sockets } = bench
    const redis = await startBenchRedis(stack)
    await giveServersACore(bench, redis)
    const databaseUrl = await bench.database.create()
    const sql = postgres(databaseUrl, { max: 1 })
    const people = await createPeople(sql, sockets)
    const conversationIds = await createNeighbours(sql, people)
    await sql.end()
    const start = (url: string) =>
      startServer({ file: 'confab.ts', databaseUrl: url, redisUrl: redis.url, stack })
    const crowd = new Crowd(bench, { server: await start(databaseUrl), people, conversationIds })
    tell('coming')
    await crowd.comeBack(256)
    const sides = [
      { name: 'Confab', atOnce: 256 },
      { name: '32 at a time', atOnce: 32 },
    ]
    tell('cut, and coming back')
    const rounds = await alternate(ROUNDS, sides, async ({ atOnce }) => {
      await crowd.cut()
      await crowd.send(MISSED)
      return crowd.comeBack(atOnce)
    })

    tell('counting statements')
    const counter = await countStatements(databaseUrl, stack)
    const few = new Crowd(bench, {
      server: await start(counter.url),
      people: people.slice(0, COUNTED),
      conversationIds: conversationIds.slice(0, COUNTED / 10),
    })
    await few.comeBack(32)
    const statements = await alternate(1, [{ name: 'Confab' }], async () => {
      await few.cut()
      await few.send((MISSED * COUNTED) / sockets)
      const before = counter.count
      const { requests } = await few.comeBack(32)
      return { each: (counter.count - before) / COUNTED, requests }
    })
    return [
      { name: '256 at a time: until all have caught up', unit: 'ms', ...rounds.compare('all') },
      { name: 'each: from connecting to caught up, median', unit: 'ms', ...rounds.compare('p50') },
      { name: 'the same: p99', unit: 'ms', ...rounds.compare('p99') },
      { name: 'server CPU for each', unit: 'µs', ...rounds.compare('server') },
      { name: "PostgreSQL's CPU for each", unit: 'µs', ...rounds.compare('postgres') },
      { name: 'conversations caught up by each', unit: 'each', ...rounds.compare('ranges') },
      { name: 'requests for that, of each', unit: 'each', ...rounds.compare('requests') },
      { name: 'statements for each', unit: 'each', ...statements.compare('each') },
    ]
  },
}
