import { until } from '../../support/until'
import type { Fault } from '../fault'
import { failuresShown, recovery, triesInVain } from '../recovery'

const FREEZES = 5
const FROZEN_MS = 20_000
const PAUSE_MS = 5_000
/** Clients of each instance that no balancer takes elsewhere: they hear all that it still has to say. */
const STUCK = 2

/** An instance that neither lives nor dies, and later goes on where it was. */
export const frozen: Fault = {
  id: 'F4',
  title: `SIGSTOP of an instance for ${FROZEN_MS / 1000} s, in turn, ${FREEZES} times`,
  bar: 'its clients are caught up elsewhere before it goes on; afterwards it emits nothing stale',
  async run({ random, world: create, figure }) {
    const world = await create()
    const movable = [...world.participants]
    for (const { url } of world.instances)
      for (const person of random.sample(world.parts.people, STUCK)) await world.join(person, { url })
    world.load.start(50)
    await Bun.sleep(PAUSE_MS)
    const moved: number[] = []
    const still: number[] = []
    for (let freeze = 0; freeze < FREEZES; freeze++) {
      const victim = world.instances[freeze % 2 === 0 ? 0 : 1]
      const target = { hostname: '127.0.0.1', port: victim.port }
      const { edge } = world.balancer
      const over = Bun.sleep(FROZEN_MS)
      const from = performance.now()
      world.history.phase('fault', `SIGSTOP of ${victim.name}`)
      const { kept, lost } = await recovery(world, { withinMs: FROZEN_MS, among: movable }, async () => {
        await victim.kill('SIGSTOP')
        await until(() => edge.leadingTo(target) === 0, { what: `an end of the way to ${victim.name}` })
      })
      moved.push(Math.max(kept.slowestMs, lost.slowestMs))
      await over
      world.history.phase(
        'heal',
        `SIGCONT of ${victim.name} after ${Math.round(performance.now() - from)} ms`,
      )
      await victim.kill('SIGCONT')
      const ended = async () => ((await victim.held()).followers ?? 0) <= STUCK
      await until(ended, { what: 'an end of its sockets', within: PAUSE_MS }).catch(() => {})
      still.push(((await victim.held()).followers ?? 0) - STUCK)
      await Bun.sleep(PAUSE_MS)
    }
    world.load.stop()
    const settled = await world.settle(30_000)
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({ name: 'freezes', value: moved.length, unit: '', atLeast: FREEZES })
    figure({ name: 'moved and caught up after', value: Math.max(...moved), unit: 'ms', atMost: FROZEN_MS })
    figure({ name: 'sockets that outlived it', value: Math.max(...still), unit: '', atMost: 0 })
    figure({ name: 'tries in vain', value: triesInVain(world), unit: '' })
    figure({ name: 'failures shown', value: failuresShown(world), unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })
  },
}
