import { heapStats } from 'bun:jsc'
import { run } from '../../src/main'
import { shiftClock } from './clock'
import type { Question } from './instance'

shiftClock(Number(process.env.CLOCK_SHIFT_MS ?? 0))

/** The server of `src/main.ts` as it is, which tells its parent what it holds and what it has counted. */
const running = await run()

process.on('message', (question: Question) => {
  if (question === 'counted') return void process.send?.(counted())
  if (question === 'queued') return void process.send?.(queued())
  Bun.gc(true)
  const { heapSize, objectTypeCounts } = heapStats()
  const held: Record<string, number> = {
    followers: running.deps.hub.followerCount,
    heap: heapSize,
    rss: process.memoryUsage.rss(),
  }
  for (const type of ['Timeout', 'WebSocket', 'Follower', 'Subscription'])
    held[type] = objectTypeCounts[type] ?? 0
  process.send?.(held)
})
// Nobody is left behind when the run is killed.
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

function counted(): Record<string, number> {
  const { hub, bus } = running.deps
  return { now: Date.now(), filled: hub.filled, healthy: Number(bus.healthy) }
}

/** What waits for Redis: ioredis makes an object of each command. */
function queued(): Record<string, number> {
  Bun.gc(true)
  const { heapSize, objectTypeCounts } = heapStats()
  return { heap: heapSize, commands: objectTypeCounts.Command ?? 0 }
}
