import { readFileSync } from 'node:fs'
import { SERVER_CORE } from './children'
import { allCores, pin } from './machine'
import type { BenchRedis } from './redis'
import type { Bench } from './scenario'

/** The servers have a core of their own; this process, which is the load, PostgreSQL and Redis have the other. */
export async function giveServersACore({ stack, database }: Bench, redis: BenchRedis): Promise<void> {
  const postgres = await database.pid()
  const others = [process.pid, redis.pid, postgres, ...childrenOf(postgres)]
  for (const pid of others) pin(pid, String(1 - SERVER_CORE))
  stack.defer(() => {
    for (const pid of others) pin(pid, allCores)
  })
}

/** PostgreSQL's helpers, which run already; what it starts later is pinned as it is. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return [] // Not Linux: nothing is pinned there.
  }
}
