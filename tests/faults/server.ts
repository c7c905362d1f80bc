import { run } from '../../src/main'
import { shiftClock } from './clock'
import { heldBy, memoryInUse, queuedBy } from './held'
import type { Question } from './instance'
import { watchSockets } from './sockets'

shiftClock(Number(process.env.CLOCK_SHIFT_MS ?? 0))
const mostBuffered = process.env.WATCH_SOCKETS === undefined ? () => 0 : watchSockets()

/** The server of `src/main.ts` as it is, which tells its parent what it holds and what it has counted. */
const running = await run()

process.on('message', (question: Question) => {
  if (question === 'counted') return void process.send?.(counted())
  if (question === 'queued') return void process.send?.(queuedBy())
  if (question === 'memory') return void process.send?.(memoryInUse())
  process.send?.(heldBy(running))
})
// Nobody is left behind when the run is killed.
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

function counted(): Record<string, number> {
  const { hub, bus } = running.deps
  return {
    now: Date.now(),
    filled: hub.filled,
    healthy: Number(bus.healthy),
    followers: hub.followerCount,
    buffered: mostBuffered(),
  }
}
