import { startRedis } from '../tests/support/redis'
import { cpuSeconds } from './machine'

export interface BenchRedis {
  url: string
  pid: number
  /** Seconds of CPU so far; NaN where it cannot be told. */
  cpu(): number
}

/** A Redis of its own for a scenario, without persistence; stopped with the stack. */
export async function startBenchRedis(stack: AsyncDisposableStack): Promise<BenchRedis> {
  const redis = await startRedis()
  stack.defer(() => redis.stop())
  return { url: redis.url, pid: redis.pid, cpu: () => cpuSeconds(redis.pid) }
}
