import { toProblem } from '../../../client/lib/problem'
import { ALONE, type Api } from '../../../client/lib/trpc'
import { newId } from '../../../src/lib/ids'
import type { SignedIn } from '../../../verify/front-door'
import { callerOf } from '../caller'
import type { Fault } from '../fault'
import type { Random } from '../random'
import type { World } from '../world'

const CYCLES = 500
/** Cycles going on at a time, each of other conversations. */
const LANES = 5
const OUT_MS = 300

interface Kicks {
  world: World
  random: Random
  /** What somebody outside was answered with, by status; 200 is what must not be. */
  statuses: Map<number | null, number>
}

/** People are put out and taken in again while everybody writes. Who is out tries all doors. */
export const kicks: Fault = {
  id: 'F17',
  title: '500 kick and re-add cycles under load, half with Redis down',
  bar: 'nothing of a conversation reaches anyone outside (I9)',
  async run({ random, world: create, figure }) {
    const world = await create()
    const { redis } = world.parts
    const made: Kicks = { world, random: random.fork('kicks'), statuses: new Map() }
    world.load.start(50)
    await cycle(made, CYCLES / 2)
    world.history.phase('fault', 'Redis is killed')
    await redis.kill('SIGKILL')
    await cycle(made, CYCLES / 2)
    await redis.restart()
    world.history.phase('heal', 'Redis runs again')
    world.load.stop()
    const settled = await world.settle(30_000)
    const { statuses } = made
    const tries = [...statuses.values()].reduce((sum, count) => sum + count, 0)
    const others = tries - (statuses.get(404) ?? 0)
    figure({ name: 'cycles', value: CYCLES, unit: '' })
    figure({ name: 'tries from outside', value: tries, unit: '', atLeast: CYCLES * 5 })
    figure({ name: 'let in', value: statuses.get(200) ?? 0, unit: '', atMost: 0 })
    figure({ name: 'refused in other words', value: others, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })
  },
}

async function cycle(kicks: Kicks, count: number): Promise<void> {
  const ids = kicks.world.parts.conversationIds
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const random = kicks.random.fork(`lane ${lane}`)
    const conversations = ids.filter((_id, index) => index % LANES === lane)
    for (let done = 0; done < count / LANES; done++)
      await kickOnce({ ...kicks, random }, random.pick(conversations))
  })
  await Promise.all(lanes)
}

async function kickOnce({ world, random, statuses }: Kicks, conversationId: string): Promise<void> {
  const [ownerId, ...others] = world.parts.memberIds.get(conversationId) ?? []
  const owner = callerOf(world, personOf(world, ownerId), random.pick(world.instances))
  const person = personOf(world, random.pick(others))
  const userId = person.user.id
  const outside = callerOf(world, person, random.pick(world.instances))
  const pause = random.between(0, OUT_MS)

  await until(() => owner.conversations.removeMember.mutate({ conversationId, userId }, ALONE))
  for (const status of await tryAllDoors(outside, conversationId))
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  await Bun.sleep(pause)
  await until(() => owner.conversations.addMembers.mutate({ conversationId, userIds: [userId] }, ALONE))
}

/** What somebody outside is answered with: an HTTP status each. */
function tryAllDoors(api: Api, conversationId: string): Promise<(number | null)[]> {
  const tries: Promise<unknown>[] = [
    api.messages.send.mutate({ id: newId(), conversationId, body: 'from outside' }, ALONE),
    api.messages.history.query({ conversationId }, ALONE),
    api.sync.range.query({ conversationId, after: 0 }, ALONE),
    api.conversations.members.query({ conversationId }, ALONE),
    api.receipts.update.mutate({ cursors: [{ conversationId, delivered: 1 }] }, ALONE),
    api.conversations.list.query(undefined, ALONE).then(({ conversations }) => {
      if (conversations.some(({ id }) => id === conversationId)) return
      throw new Hidden()
    }),
  ]
  return Promise.all(
    tries.map((one) =>
      one.then(
        () => 200,
        (error) => (error instanceof Hidden ? 404 : toProblem(error).status),
      ),
    ),
  )
}

/** The list does not show it, which is its way to say so. */
class Hidden extends Error {}

/** A change that had to wait for a lock too long may be asked for again; it must succeed in the end. */
async function until(change: () => Promise<unknown>): Promise<void> {
  for (let left = 5; ; left--) {
    try {
      await change()
      return
    } catch (error) {
      if (left === 0 || toProblem(error).status !== 503) throw error
    }
  }
}

function personOf(world: World, userId: string | undefined): SignedIn {
  const person = world.parts.people.find(({ user }) => user.id === userId)
  if (person === undefined) throw new Error('nobody is in that conversation')
  return person
}
