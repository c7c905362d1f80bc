import type { Fault } from '../fault'
import { failuresShown, triesInVain } from '../recovery'

const RESTARTS = 6
const PAUSE_MS = 3_000

/** An update of a deployment: each instance is asked to end and started anew, while people write. */
export const rolling: Fault = {
  id: 'F3',
  title: `rolling restart by SIGTERM, ${RESTARTS} times`,
  bar: 'exit with 0 ≤ 25 s after; no failed send after retry',
  async run({ world: create, figure }) {
    // Not on a loopback origin: there a server gives the balancer no notice.
    const world = await create({ origin: 'https://chat.example.org' })
    world.load.start(50)
    await Bun.sleep(PAUSE_MS)
    const seconds: number[] = []
    for (let restart = 0; restart < RESTARTS; restart++) {
      const leaving = world.instances[restart % 2 === 0 ? 0 : 1]
      world.history.phase('fault', `SIGTERM to ${leaving.name}`)
      const from = performance.now()
      await leaving.kill('SIGTERM')
      seconds.push((performance.now() - from) / 1000)
      await leaving.start()
      world.history.phase('heal', `${leaving.name} is started again`)
      await Bun.sleep(PAUSE_MS)
    }
    world.load.stop()
    const settled = await world.settle(10_000)
    const exits = world.history.entries.filter((entry) => entry.kind === 'process')
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({
      name: 'exits with 0',
      value: exits.filter(({ exit }) => exit === 0).length,
      unit: '',
      atLeast: RESTARTS,
    })
    figure({ name: 'the slowest exit', value: Math.max(...seconds), unit: 's', atMost: 25 })
    figure({ name: 'tries in vain', value: triesInVain(world), unit: '' })
    figure({ name: 'failures shown', value: failuresShown(world), unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}
