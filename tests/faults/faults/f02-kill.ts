import type { Participant } from '../../../verify/participant'
import type { Fault } from '../fault'
import { failuresShown, recovery, triesInVain } from '../recovery'

const KILLS = 12
const EVERY_MS = 10_000
/** As an orchestrator would. */
const RESTART_AFTER_MS = 2_000
/** Clients of each instance that stay with it. All others gather on the one that was not killed last, the next to go. */
const STUCK = 4

export const killed: Fault = {
  id: 'F2',
  title: `kill -9 of an instance each ${EVERY_MS / 1000} s, in turn, ${KILLS} times`,
  bar: 'all caught up ≤ 10 s after each (≤ 5 s on the other instance); no final failure shown to anybody',
  async run({ random, world: create, figure }) {
    const world = await create()
    const movable = [...world.participants]
    const stuck: Participant[][] = [[], []]
    for (const [index, { url }] of world.instances.entries())
      for (const person of random.sample(world.parts.people, STUCK))
        stuck[index]?.push(await world.join(person, { url }))
    world.load.start(50)
    await Bun.sleep(EVERY_MS)
    const recoveries = []
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = world.instances[kill % 2 === 0 ? 0 : 1]
      const among = [...movable, ...(stuck[1 - (kill % 2)] ?? [])]
      const over = Bun.sleep(EVERY_MS)
      world.history.phase('fault', `kill -9 of ${victim.name}`)
      const recovered = recovery(world, { withinMs: EVERY_MS, among }, () => victim.kill('SIGKILL'))
      await Bun.sleep(RESTART_AFTER_MS)
      await victim.start()
      world.history.phase('heal', `${victim.name} is started again`)
      recoveries.push(await recovered)
      await over
    }
    world.load.stop()
    const settled = await world.settle(10_000)
    const [kept, lost] = [recoveries.map((one) => one.kept), recoveries.map((one) => one.lost)]
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({ name: 'kills', value: recoveries.length, unit: '', atLeast: KILLS })
    figure({ name: 'connections kept', value: sum(kept.map(({ count }) => count)), unit: '' })
    figure({ name: 'connections lost', value: sum(lost.map(({ count }) => count)), unit: '' })
    const [elsewhere, there] = [kept, lost].map((some) => some.map(({ slowestMs }) => slowestMs))
    figure({ name: 'the others’ slowest', value: Math.max(...(elsewhere ?? [])), unit: 'ms', atMost: 5_000 })
    figure({ name: 'the losers’ slowest', value: Math.max(...(there ?? [])), unit: 'ms', atMost: 10_000 })
    figure({ name: 'tries in vain', value: triesInVain(world), unit: '' })
    figure({ name: 'failures shown', value: failuresShown(world), unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
