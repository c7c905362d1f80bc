import { heapStats } from 'bun:jsc'
import { run } from '../../src/main'

/** The server of `src/main.ts` as it is, which tells its parent what it holds. */
const running = await run()

process.on('message', () => {
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
process.send?.('ready')
