import { heapStats } from 'bun:jsc'
import { run } from '../../src/main'

/** The server of `src/main.ts` as it is, which tells its parent what it holds and what it has counted. */
const running = await run()

process.on('message', (question: 'held' | 'counted') => {
  if (question === 'counted') return void process.send?.({ filled: running.deps.hub.filled })
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
