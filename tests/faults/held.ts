import { heapStats } from 'bun:jsc'
import type { RunningServer } from '../../src/main'

/** Of these a server must not be left with more when a load is over: sockets, timers, iterators, and what we make for each. */
const CLASSES = ['ServerWebSocket', 'TCPSocket', 'Timeout', 'AsyncGenerator', 'Subscription', 'Follower']

/**
 * What a server holds, after a collection of its garbage; memory in bytes. It stands still for a third of a second, and the
 * snapshot that tells the classes apart is larger than all it holds: where RSS is watched for long, ask for memory alone.
 */
export function heldBy({ deps }: RunningServer): Record<string, number> {
  return { followers: deps.hub.followerCount, ...memoryInUse(), ...instancesOf(CLASSES) }
}

/** After a collection of garbage, in bytes. */
export function memoryInUse(): { heap: number; rss: number } {
  Bun.gc(true)
  const { heapSize } = heapStats()
  return { heap: heapSize, rss: process.memoryUsage.rss() }
}

/** What waits for Redis: ioredis makes an object of each command. */
export function queuedBy(): Record<string, number> {
  const { heap } = memoryInUse()
  return { heap, commands: instancesOf(['Command']).Command ?? 0 }
}

/** Objects alive by the names of their classes. `heapStats` counts our own classes all as `Object`; a snapshot tells them apart. */
function instancesOf(names: readonly string[]): Record<string, number> {
  const { nodes, nodeClassNames } = Bun.generateHeapSnapshot()
  const counts = Object.fromEntries(names.map((name) => [name, 0]))
  // Each node is four numbers, the third of which is the place of its class's name.
  for (let at = 2; at < nodes.length; at += 4) {
    const name = nodeClassNames[nodes[at] ?? -1] ?? ''
    const count = counts[name]
    if (count !== undefined) counts[name] = count + 1
  }
  return counts
}
