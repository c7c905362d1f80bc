import { ALONE } from '../../../client/lib/trpc'
import { newId } from '../../../src/lib/ids'
import { callerOf } from '../caller'
import type { Fault } from '../fault'

const SENDERS = 200
const SENDS = 5_000

/** Everybody writes into the same conversation as fast as they are answered. */
export const crowd: Fault = {
  id: 'F16',
  title: 'one conversation, 200 senders, 5,000 sends',
  bar: 'numbers dense 1 to 5,000; no deadlock; nobody refused',
  fast: true,
  async run({ random, world: create, figure }) {
    const world = await create({ clients: 8, people: SENDERS, conversations: 1, members: SENDERS })
    const { people, conversationIds, sql } = world.parts
    const [conversationId = ''] = conversationIds
    const start = performance.now()
    await Promise.all(
      people.map(async (person) => {
        const api = callerOf(world, person, random.pick(world.instances))
        for (let sent = 0; sent < SENDS / SENDERS; sent++) {
          const send = { id: newId(), conversationId, body: `${person.user.username} writes ${sent}` }
          // What fails is in the history.
          await api.messages.send.mutate(send, ALONE).catch(() => {})
        }
      }),
    )
    const seconds = (performance.now() - start) / 1000
    const settled = await world.settle(10_000)
    const unanswered = world.history.entries.filter(
      (entry) => entry.kind === 'send' && entry.outcome !== 'ok',
    )
    const [dense] = await sql<{ first: string; last: string; numbers: string }[]>`
      SELECT min(number) AS first, max(number) AS last, count(DISTINCT number) AS numbers FROM messages`
    const [locks] = await sql<{ deadlocks: string }[]>`
      SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`
    figure({ name: 'first', value: Number(dense?.first), unit: '', atLeast: 1, atMost: 1 })
    figure({ name: 'last', value: Number(dense?.last), unit: '', atLeast: SENDS, atMost: SENDS })
    figure({ name: 'numbers', value: Number(dense?.numbers), unit: '', atLeast: SENDS, atMost: SENDS })
    figure({ name: 'deadlocks', value: Number(locks?.deadlocks), unit: '', atMost: 0 })
    figure({ name: 'failed', value: unanswered.length, unit: '', atMost: 0 })
    figure({ name: 'rate', value: SENDS / seconds, unit: 'sends/s' })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}
