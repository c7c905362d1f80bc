import type { Participant } from '../../../verify/participant'
import type { Fault } from '../fault'
import { percentile } from '../figures'
import { arrivals, retryAll, type Unanswered } from '../retries'

const PEOPLE = 12
const MEMBERS = 6

/** The worst moment to die: it is on disk, and nobody knows. */
export const beforePublish: Fault = {
  id: 'F5',
  title: 'an instance dies after the commit and before it tells anybody',
  bar: 'clients on the other instance have it ≤ 5 s; the retry is answered with the same seq',
  fast: true,
  async run({ fast, random, world: create, figure }) {
    const rounds = fast ? 5 : 50
    const world = await create({ clients: 0, people: PEOPLE, conversations: 4, members: MEMBERS })
    const { people, memberIds } = world.parts
    const [doomed, other] = world.instances
    const there = new Map<string, Participant>()
    for (const person of people) there.set(person.user.id, await world.join(person, { url: other.url }))
    const writers: Participant[] = []
    for (const person of people) writers.push(await world.join(person, { url: doomed.url }))

    const lost = new Map<Unanswered, Participant[]>()
    for (let round = 0; round < rounds; round++) {
      await doomed.kill('SIGKILL')
      await doomed.start({ CONFAB_FAILPOINT: 'send.committed=kill' })
      doomed.expectEnd()
      const conversationId = random.pick(world.parts.conversationIds)
      const members = memberIds.get(conversationId) ?? []
      const writer = random.pick(writers.filter(({ userId }) => members.includes(userId)))
      const body = `the last words of life ${round}`
      world.history.phase('fault', `${doomed.name} dies with ${body}`)
      const id = writer.write(conversationId, body)
      await doomed.ended()
      const elsewhere = there.get(writer.userId)
      lost.set({ id, conversationId, body }, elsewhere === undefined ? [writer] : [writer, elsewhere])
    }
    await doomed.start()
    world.history.phase('heal', `${doomed.name} is started for good`)
    for (const writer of writers) writer.session.returned()
    const settled = await world.settle(10_000)
    const { stored, answered, different } = await retryAll(world, lost)

    const others = [...there.values()]
    const delays = arrivals(world, lost.keys(), others)
    figure({ name: 'deaths', value: lost.size, unit: '' })
    figure({ name: 'stored once', value: stored, unit: '', atLeast: rounds })
    figure({ name: 'arrivals', value: delays.length, unit: '', atLeast: rounds * MEMBERS })
    figure({ name: 'p50', value: percentile(delays, 0.5), unit: 'ms' })
    figure({ name: 'the last', value: Math.max(...delays), unit: 'ms', atMost: 5_000 })
    figure({ name: 'retries answered', value: answered, unit: '', atLeast: 2 * rounds })
    figure({ name: 'with another seq', value: different, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}
