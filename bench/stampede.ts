import postgres from 'postgres'
import { createPeople } from '../tests/support/people'
import { readStatements } from '../tests/support/statements'
import { startServer } from './children'
import { giveServersACore } from './cores'
import { Crowd } from './crowd'
import { createNeighbours } from './neighbours'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Bench, Scenario } from './scenario'

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
    const start = (url: string) =>
      startServer({ file: 'confab.ts', databaseUrl: url, redisUrl: redis.url, stack })
    const { databaseUrl, ...everybody } = await populate(bench, sockets)
    const crowd = new Crowd(bench, { ...everybody, server: await start(databaseUrl) })
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
    const { databaseUrl: few, ...those } = await populate(bench, COUNTED)
    const wire = stack.use(readStatements(few))
    const counted = new Crowd(bench, { ...those, server: await start(wire.url) })
    await counted.comeBack(32)
    const statements = await alternate(1, [{ name: 'Confab' }], async () => {
      await counted.cut()
      await counted.send((MISSED * COUNTED) / sockets)
      const before = wire.said.length
      await counted.comeBack(32)
      return { each: (wire.said.length - before) / COUNTED }
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

/** People who are in ten conversations each, in a database of their own. */
async function populate({ database }: Bench, count: number) {
  const databaseUrl = await database.create()
  const sql = postgres(databaseUrl, { max: 1 })
  const people = await createPeople(sql, count)
  const conversationIds = await createNeighbours(sql, people)
  await sql.end()
  return { databaseUrl, people, conversationIds }
}
