import { ALONE } from '../../../client/lib/trpc'
import { newId } from '../../../src/lib/ids'
import type { SendEntry } from '../../../verify/history'
import { callerOf } from '../caller'
import type { Fault } from '../fault'
import { Line } from '../line'
import type { Random } from '../random'
import type { World } from '../world'

const SENDS = 2_000
/** Ids used for two conversations at the same moment. */
const ASTRAY = 200
/** Sends on their way at a time, each three times. */
const AT_ONCE = 40

/** What a client that doubts does, at its worst: the same send everywhere at the same moment. */
export const thrice: Fault = {
  id: 'F15',
  title: 'each of 2,000 sends issued 3 times at once on both instances',
  bar: '2,000 rows; equal answers; an id in two conversations at once is one row',
  fast: true,
  async run({ random, world: create, figure }) {
    const world = await create({ clients: 20 })
    await sendAllThrice(world, random.fork('sends'))
    const astray = await sendAstray(world, random.fork('astray'))
    const settled = await world.settle(10_000)
    const sends = world.history.entries.filter((entry) => entry.kind === 'send')
    const byId = [...Map.groupBy(sends, ({ id }) => id).values()]
    const [row] = await world.parts.sql<{ rows: string }[]>`SELECT count(*) AS rows FROM messages`
    const rows = SENDS + ASTRAY
    figure({ name: 'rows', value: Number(row?.rows), unit: '', atLeast: rows, atMost: rows })
    figure({ name: 'answers', value: sends.length, unit: '', atLeast: SENDS * 3 + ASTRAY * 2 })
    const differing = byId.filter((answers) => !astray.has(answers[0]?.id ?? '') && differ(answers))
    figure({ name: 'ids answered unequally', value: differing.length, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}

async function sendAllThrice(world: World, random: Random): Promise<void> {
  const { people } = world.parts
  const writers = people.map((person) => ({
    ways: world.instances.map((instance) => callerOf(world, person, instance)),
    open: openTo(world, person.user.id),
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

/** One id, two conversations, both instances, one moment: whichever comes first has it. */
async function sendAstray(world: World, random: Random): Promise<Set<string>> {
  const [here, there] = world.instances
  const person = world.parts.people.find(({ user }) => openTo(world, user.id).length > 1)
  if (person === undefined) throw new Error('nobody is in two conversations')
  const [one, other] = random.sample(openTo(world, person.user.id), 2)
  const ids = new Set<string>()
  const line = new Line(AT_ONCE)
  for (let sent = 0; sent < ASTRAY; sent++) {
    const id = newId()
    ids.add(id)
    const send = (instance: typeof here, conversationId = '') =>
      callerOf(world, person, instance).messages.send.mutate(
        { id, conversationId, body: `astray ${sent} to ${conversationId}` },
        ALONE,
      )
    await line.add(() => Promise.allSettled([send(here, one), send(there, other)]))
  }
  await line.end()
  return ids
}

function openTo(world: World, userId: string): string[] {
  return [...world.parts.memberIds].filter(([, ids]) => ids.includes(userId)).map(([id]) => id)
}

function differ(answers: readonly SendEntry[]): boolean {
  const [first] = answers
  return answers.some(({ outcome, seq, number }) => {
    return outcome !== 'ok' || seq !== first?.seq || number !== first.number
  })
}
