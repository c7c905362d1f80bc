import { delaysOf } from '../../../verify/delays'
import type { Fault } from '../fault'
import { percentile } from '../figures'

/** Everything that is measured under a fault is measured here without one. */
export const none: Fault = {
  id: 'F1',
  title: 'none',
  bar: 'send to another client p99 ≤ 500 ms; no hole filled from the database',
  fast: true,
  async run({ fast, world: create, figure }) {
    const world = await create()
    await world.recordResources('before')
    const before = await world.filled()
    await world.load.run(100, fast ? 15 : 60)
    const settled = await world.settle(10_000)
    const filled = (await world.filled()) - before
    await world.recordResources('after')
    const delays = delaysOf(world.history)
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({ name: 'p50', value: percentile(delays, 0.5), unit: 'ms' })
    figure({ name: 'p99', value: percentile(delays, 0.99), unit: 'ms', atMost: 500 })
    figure({ name: 'filled from the database', value: filled, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}
