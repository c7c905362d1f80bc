import { browserTiming, type Timing } from '../../../client/lib/timing'
import { delaysOf } from '../../../verify/delays'
import type { Fault, Rig } from '../fault'
import { percentile } from '../figures'
import { failuresShown } from '../recovery'
import { ORIGIN, type World } from '../world'

const MINUTES_5 = 5 * 60_000
const DAY = 24 * 60 * 60_000
const SECONDS = 20

/** Nobody’s clock decides anything but lifetimes. */
export const clocks: Fault = {
  id: 'F20',
  title: 'the instances’ clocks are 5 min fast and 5 min slow, those of clients a day',
  bar: 'order unchanged; sessions valid on both',
  async run({ world: create, figure }: Rig) {
    const world = await create({ clients: 0, people: 40 })
    const [fast, slow] = world.instances
    world.history.phase('fault', 'the clocks are moved')
    for (const [instance, ms] of [
      [fast, MINUTES_5],
      [slow, -MINUTES_5],
    ] as const) {
      await instance.kill('SIGTERM')
      await instance.start({ CLOCK_SHIFT_MS: String(ms) })
    }
    for (const [index, person] of world.parts.people.entries()) {
      const shift = [DAY, 0, -DAY, 0][index % 4] ?? 0
      await world.join(person, { timing: shifted(shift) })
    }
    await world.load.run(50, SECONDS)
    const settled = await world.settle(10_000)
    const [{ now: late = 0 }, { now: early = 0 }] = [await fast.counted(), await slow.counted()]
    const valid = [await sessionIsValid(fast.url, slow.url), await sessionIsValid(slow.url, fast.url)]
    figure({ name: 'messages', value: world.load.written, unit: '' })
    figure({ name: 'between the instances', value: (late - early) / 60_000, unit: 'min', atLeast: 9.9 })
    figure({ name: 'p99', value: percentile(delaysOf(world.history), 0.99), unit: 'ms' })
    figure({
      name: 'new sessions valid on the other',
      value: valid.filter(Boolean).length,
      unit: '',
      atLeast: 2,
    })
    figure({ name: 'sessions in doubt', value: doubts(world), unit: '', atMost: 0 })
    figure({ name: 'failures shown', value: failuresShown(world), unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}

function shifted(ms: number): Timing {
  return { ...browserTiming, now: () => Date.now() + ms }
}

/** Signs up at one server, and asks the other who that is. */
async function sessionIsValid(url: string, other: string): Promise<boolean> {
  const username = `new${new URL(url).port}`
  const signedUp = await fetch(`${url}/trpc/accounts.signUp`, {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json' },
    body: JSON.stringify({ username, displayName: username, password: 'correct horse' }),
  })
  const cookie = signedUp.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const me = await fetch(`${other}/trpc/accounts.me?input=%7B%7D`, { headers: { origin: ORIGIN, cookie } })
  return (await me.text()).includes(username)
}

function doubts(world: World): number {
  const refused = world.history.entries.filter((entry) => entry.kind === 'send' && entry.status === 401)
  return world.participants.reduce((total, participant) => total + participant.doubts, refused.length)
}
