import { countsReturn, heapsReturn } from '../../verify/check/resources'
import type { ResourcesEntry } from '../../verify/history'
import type { Instance } from './instance'
import type { World } from './world'

/** At once, to each instance: more than it has database connections, so that it opens all of them. */
const CALLS = 40
const WARM_TICKS = 100
const TICK_MS = 20
/** What is under way for a moment (cursors to be written, holes that may close by themselves) is over by then. */
const QUIET_MS = 10_000

/** A server that was never used opens connections and compiles what it needs: that is no leak. */
export async function warmUp(world: World): Promise<void> {
  const random = world.random.fork('warming up')
  const [person] = world.parts.people
  const headers = { cookie: person?.cookie ?? '' }
  const urls = world.instances.flatMap(({ url }) => Array(CALLS).fill(`${url}/trpc/conversations.list`))
  await Promise.all(
    urls.map((url) => fetch(url, { headers, keepalive: false }).then((answer) => answer.text())),
  )
  for (let tick = 0; tick < WARM_TICKS && world.participants.length > 0; tick++) {
    for (const participant of random.sample(world.participants, 2)) {
      const [first] = participant.session.timelines.all().sort()
      if (first !== undefined) participant.write(first[0], `${participant.device} warms up ${tick}`)
    }
    await Bun.sleep(TICK_MS)
  }
  await world.settle(QUIET_MS)
}

/** What every server that runs holds now. */
export async function look(world: World, phase: ResourcesEntry['phase']): Promise<ResourcesEntry[]> {
  const [row] = await world.parts.sql<{ count: string }[]>`
    SELECT count(*) FROM pg_stat_activity WHERE application_name = 'confab' AND datname = current_database()`
  const connections = Number(row?.count)
  return askEach(world, phase, async (instance) => ({ ...(await instance.held()), connections }))
}

/** The memory of every server that runs. */
export function lookAtMemory(world: World): Promise<ResourcesEntry[]> {
  return askEach(world, 'after', (instance) => instance.memory())
}

async function askEach(
  world: World,
  phase: ResourcesEntry['phase'],
  ask: (instance: Instance) => Promise<ResourcesEntry['held']>,
): Promise<ResourcesEntry[]> {
  const looks: ResourcesEntry[] = []
  for (const instance of world.instances) {
    if (!instance.running) continue
    const held = await ask(instance)
    looks.push({ kind: 'resources', at: world.history.now(), name: instance.name, phase, held })
  }
  return looks
}

/** Looks again until what is held has returned to what it was; what has not by then does not. */
export async function lookWhenQuiet(world: World): Promise<ResourcesEntry[]> {
  const start = performance.now()
  while (true) {
    const looks = await look(world, 'after')
    const entries = [...world.history.entries.filter(({ kind }) => kind !== 'frame'), ...looks]
    const recorded = { entries, database: { conversations: [], events: [], messages: [], members: [] } }
    const left = [...countsReturn(recorded), ...heapsReturn(recorded)]
    if (left.length === 0 || performance.now() - start > QUIET_MS) return looks
    await Bun.sleep(500)
  }
}
