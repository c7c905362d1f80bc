import { ALONE } from '../../../client/lib/trpc'
import { newId } from '../../../src/lib/ids'
import type { SendEntry } from '../../../verify/history'
import { callerOf } from '../caller'
import type { Fault } from '../fault'
import { Line } from '../line'
import type { Random } from '../random'
import type { World } from '../world'

const SENDS = 2_000
/** Sends on their way at a time, each three times. */
const AT_ONCE = 40

/** What a client that doubts does, at its worst: the same send everywhere at the same moment. */
export const thrice: Fault = {
  id: 'F15',
  title: 'each of 2,000 sends issued 3 times at once on both instances',
  bar: '2,000 rows; equal answers',
  fast: true,
  async run({ random, world: create, figure }) {
    const world = await create({ clients: 20 })
    await sendAllThrice(world, random.fork('sends'))
    const settled = await world.settle(10_000)
    const sends = world.history.entries.filter((entry) => entry.kind === 'send')
    const byId = [...Map.groupBy(sends, ({ id }) => id).values()]
    const [row] = await world.parts.sql<{ rows: string }[]>`SELECT count(*) AS rows FROM messages`
    figure({ name: 'rows', value: Number(row?.rows), unit: '', atLeast: SENDS, atMost: SENDS })
    figure({ name: 'answers', value: sends.length, unit: '', atLeast: SENDS * 3 })
    figure({ name: 'ids answered unequally', value: byId.filter(differ).length, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}

async function sendAllThrice(world: World, random: Random): Promise<void> {
  const { people, memberIds } = world.parts
  const writers = people.map((person) => ({
    ways: world.instances.map((instance) => callerOf(world, person, instance)),
    open: [...memberIds].filter(([, ids]) => ids.includes(person.user.id)).map(([id]) => id),
  }))
  const line = new Line(AT_ONCE)
  for (let sent = 0; sent < SENDS; sent++) {
    const { ways, open } = random.pick(writers.filter((writer) => writer.open.length > 0))
    const send = { id: newId(), conversationId: random.pick(open), body: `written ${sent}` }
    const third = random.pick(ways)
    await line.add(() =>
      // What fails is in the history.
      Promise.allSettled([...ways, third].map((api) => api.messages.send.mutate(send, ALONE))),
    )
  }
  await line.end()
}

function differ(answers: readonly SendEntry[]): boolean {
  const [first] = answers
  return answers.some(({ outcome, seq, number }) => {
    return outcome !== 'ok' || seq !== first?.seq || number !== first.number
  })
}
