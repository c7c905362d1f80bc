import type { Fault } from '../fault'
import { percentile } from '../figures'
import { Pairs } from '../pairs'

const MEMBERS = 6

/** The worst moment to die: it is on disk, and nobody knows. */
export const beforePublish: Fault = {
  id: 'F5',
  title: 'an instance dies after the commit and before it tells anybody',
  bar: 'clients on the other instance have it ≤ 5 s; the retry is answered with the same seq',
  fast: true,
  async run({ fast, world: create, figure }) {
    const rounds = fast ? 5 : 50
    const world = await create({ clients: 0, people: 12, conversations: 4, members: MEMBERS })
    const [doomed, other] = world.instances
    const pairs = await Pairs.join(world, { writing: doomed.url, safe: other.url })
    for (let round = 0; round < rounds; round++) {
      await doomed.kill('SIGKILL')
      await doomed.start({ CONFAB_FAILPOINT: 'send.committed=kill' })
      doomed.expectEnd()
      world.history.phase('fault', `${doomed.name} dies for the ${round + 1}. time`)
      pairs.write(`the last words of life ${round}`)
      await doomed.ended()
    }
    await doomed.start()
    world.history.phase('heal', `${doomed.name} is started for good`)
    for (const writer of pairs.writers) writer.session.returned()
    const settled = await world.settle(10_000)
    const { stored, answered, different } = await pairs.retryAll()

    const delays = pairs.arrivals()
    figure({ name: 'deaths', value: rounds, unit: '' })
    figure({ name: 'stored once', value: stored, unit: '', atLeast: rounds })
    figure({ name: 'arrivals', value: delays.length, unit: '', atLeast: rounds * MEMBERS })
    figure({ name: 'p50', value: percentile(delays, 0.5), unit: 'ms' })
    figure({ name: 'the last', value: Math.max(...delays), unit: 'ms', atMost: 5_000 })
    figure({ name: 'retries answered', value: answered, unit: '', atLeast: 2 * rounds })
    figure({ name: 'with another seq', value: different, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}
