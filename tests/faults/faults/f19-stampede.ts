import type { SignedIn } from '../../../verify/front-door'
import { createConversation, createPeople } from '../../support/people'
import type { CrowdState } from '../crowd'
import { CrowdProcess } from '../crowd-process'
import type { Fault, Rig } from '../fault'
import { ORIGIN, type World } from '../world'

const CROWD = 5_000
/** People of the crowd in each conversation; everybody is in two. */
const TOGETHER = 20
/** Connected so many at a time, as over a morning. */
const WAVE = 100
const WITHIN_MS = 60_000

/** Thousands lose their instance, then everybody loses everything: the way back must not be what brings the rest down. */
export const stampede: Fault = {
  id: 'F19',
  title: `${CROWD} sockets: one instance killed, then all dropped at once`,
  bar: 'all back and caught up ≤ 60 s; retries spread, no spike',
  async run(rig) {
    const world = await rig.world({ clients: 10, conversations: 2, members: 5 })
    await using crowd = new CrowdProcess()
    const people = await createPeople(world.parts.sql, CROWD, 'crowd')
    const ids = await createConversations(world, people)
    const writer = await world.join(world.parts.people[0] ?? fail())
    const all = new Watch(rig, { world, crowd, ids })
    for (let start = 0; start < CROWD; start += WAVE) {
      crowd.connect(people.slice(start, start + WAVE), { url: world.balancer.url, origin: ORIGIN })
      await all.until(start + WAVE)
    }
    await all.memory('with everybody connected')

    const [instance] = world.instances
    world.history.phase('fault', 'kill -9 A')
    await instance.kill('SIGKILL')
    for (const id of ids) writer.write(id, `to ${id} while half are away`)
    await all.back('after one instance was killed')
    await instance.start()
    world.history.phase('heal', 'A is back')

    world.history.phase('fault', 'every connection broken')
    world.balancer.edge.reset()
    for (const id of ids) writer.write(id, `to ${id} while all are away`)
    world.history.phase('heal', 'connections are taken')
    await all.back('after all were dropped')
    await all.memory('after all came back')
    rig.figure({
      name: 'settled',
      value: (await world.settle(30_000)) ?? Infinity,
      unit: 'ms',
      atMost: 30_000,
    })
  },
}

interface Parts {
  world: World
  crowd: CrowdProcess
  ids: string[]
}

/** Looks at the crowd until it is as it should be, and makes figures of how it came there. */
class Watch {
  constructor(
    readonly rig: Rig,
    readonly parts: Parts,
  ) {}

  async until(count: number): Promise<CrowdState> {
    while (true) {
      const state = await this.parts.crowd.ask(await this.#heads())
      if (state.caughtUp >= count) return state
      await Bun.sleep(100)
    }
  }

  /** From now until all are back and hold all. */
  async back(when: string): Promise<void> {
    const start = performance.now()
    const before = (await this.parts.crowd.ask({})).attempts
    const deadline = Bun.sleep(2 * WITHIN_MS).then(() => null)
    const state = await Promise.race([this.until(CROWD), deadline])
    const seconds = (performance.now() - start) / 1000
    this.rig.figure({ name: `back ${when}`, value: seconds, unit: 's', atMost: WITHIN_MS / 1000 })
    const { attempts } = state ?? (await this.parts.crowd.ask({}))
    const perSecond = attempts.map((count, second) => count - (before[second] ?? 0)).slice(before.length - 1)
    this.rig.note(`attempts a second ${when}: ${perSecond.join(' ')}`)
    const total = perSecond.reduce((sum, count) => sum + count, 0)
    this.rig.figure({ name: `attempts for each ${when}`, value: total / CROWD, unit: '' })
  }

  async memory(when: string): Promise<void> {
    for (const instance of this.parts.world.instances) {
      if (!instance.running) continue
      const { rss = 0, followers = 0 } = await instance.held()
      this.rig.figure({ name: `${instance.name} ${when}, sockets`, value: followers, unit: '' })
      this.rig.figure({ name: `${instance.name} ${when}`, value: rss / 2 ** 20, unit: 'MiB' })
    }
  }

  async #heads(): Promise<Record<string, number>> {
    const { world, ids } = this.parts
    const rows = await world.parts.sql<{ id: string; head: string }[]>`
      SELECT id, last_seq AS head FROM conversations WHERE id = ANY (${ids}::uuid[])`
    return Object.fromEntries(rows.map(({ id, head }) => [id, Number(head)]))
  }
}

/** Everybody is in two, with others in each; the writer is in all. */
async function createConversations(world: World, people: SignedIn[]): Promise<string[]> {
  const writer = world.parts.people[0] ?? fail()
  const random = world.random.fork('crowd')
  const ids: string[] = []
  for (const round of [people, random.sample(people, people.length)])
    for (let start = 0; start < round.length; start += TOGETHER)
      ids.push(await createConversation(world.parts.sql, [writer, ...round.slice(start, start + TOGETHER)]))
  world.parts.conversationIds.push(...ids)
  return ids
}

function fail(): never {
  throw new Error('the world is empty')
}
