import type { Participant } from '../../../verify/participant'
import { until } from '../../support/until'
import { Edge } from '../edge'
import type { Fault } from '../fault'
import { retryAll, type Unanswered } from '../retries'

const PEOPLE = 12
const MEMBERS = 6
/** The headers of an answer are longer than this. */
const ANSWER_BYTES = 300

/** Nobody can tell the two from outside: nothing is stored, or all is and the answer got lost. */
export const beforeCommit: Fault = {
  id: 'F6',
  title: 'an instance dies before the commit; the reply is cut',
  bar: 'absent or once; the retry is answered with the same seq',
  fast: true,
  async run({ fast, random, world: create, figure }) {
    const [cuts, deaths] = fast ? [3, 2] : [25, 25]
    const world = await create({ clients: 0, people: PEOPLE, conversations: 4, members: MEMBERS })
    const { people, memberIds, conversationIds, sql } = world.parts
    const [doomed, other] = world.instances
    const toOther = { hostname: '127.0.0.1', port: other.port }
    using way = new Edge(() => [{ hostname: '127.0.0.1', port: doomed.port }, toOther])
    const there = new Map<string, Participant>()
    for (const person of people) there.set(person.user.id, await world.join(person, { url: other.url }))
    const writers: Participant[] = []
    for (const person of people)
      writers.push(await world.join(person, { url: `http://127.0.0.1:${way.port}` }))
    const lost = new Map<Unanswered, Participant[]>()

    let storedUnanswered = 0
    for (let cut = 0; cut < cuts; cut++) {
      const bytes = 1 + random.below(ANSWER_BYTES)
      world.history.phase('fault', `replies are cut after ${bytes} bytes`)
      way.cutAfter('down', bytes)
      const { id, writer } = write(`cut ${cut}`)
      await until(() => unanswered(id), { what: `a cut reply to ${id}` })
      if (await isStored(id)) storedUnanswered += 1
      way.pass()
      world.history.phase('heal', 'replies get through')
      await until(() => writer.owed === 0, { what: 'the retry' })
    }
    let absent = 0
    for (let death = 0; death < deaths; death++) {
      await doomed.kill('SIGKILL')
      await doomed.start({ CONFAB_FAILPOINT: 'send.beforeCommit=kill' })
      doomed.expectEnd()
      // What was kept open to the other instance while this one was away would be used again.
      way.reset(toOther)
      world.history.phase('fault', `${doomed.name} dies before commit ${death}`)
      const { id, writer } = write(`death ${death}`)
      await doomed.ended()
      if (!(await isStored(id))) absent += 1
      world.history.phase('heal', `the way leads to ${other.name}`)
      await until(() => writer.owed === 0, { what: 'the retry' })
    }
    await doomed.start()
    world.history.phase('heal', `${doomed.name} is started for good`)
    for (const writer of writers) writer.session.returned()
    const settled = await world.settle(10_000)
    const { stored, answered, different } = await retryAll(world, lost)

    const all = cuts + deaths
    figure({ name: 'cut replies', value: cuts, unit: '' })
    figure({ name: 'of stored ones', value: storedUnanswered, unit: '', atLeast: cuts })
    figure({ name: 'deaths', value: deaths, unit: '' })
    figure({ name: 'absent at first', value: absent, unit: '' })
    figure({ name: 'stored once', value: stored, unit: '', atLeast: all })
    figure({ name: 'retries answered', value: answered, unit: '', atLeast: 2 * all })
    figure({ name: 'with another seq', value: different, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })

    function write(what: string): { id: string; writer: Participant } {
      const conversationId = random.pick(conversationIds)
      const members = memberIds.get(conversationId) ?? []
      const writer = random.pick(writers.filter(({ userId }) => members.includes(userId)))
      const body = `the words of ${what}`
      const id = writer.write(conversationId, body)
      const elsewhere = there.get(writer.userId)
      lost.set({ id, conversationId, body }, elsewhere === undefined ? [writer] : [writer, elsewhere])
      return { id, writer }
    }

    function unanswered(id: string): boolean {
      return world.history.entries.some(
        (entry) => entry.kind === 'send' && entry.id === id && entry.outcome === 'unknown',
      )
    }

    async function isStored(id: string): Promise<boolean> {
      return (await sql`SELECT FROM messages WHERE id = ${id}`).length > 0
    }
  },
}
