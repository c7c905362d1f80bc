import type { Participant } from '../../verify/participant'
import type { World } from './world'

/** What was on its way into the database when something happened is there after this. */
const COMMITS_MS = 500

export interface Recovery {
  /** Clients that kept their connection, and milliseconds until the slowest of them was caught up. */
  kept: Group
  /** Those that lost it. */
  lost: Group
}

interface Group {
  count: number
  /** Infinity when somebody did not make it. */
  slowestMs: number
}

/**
 * Does something to the system, and measures how long each client needs until it is online and holds all that the database
 * holds a moment after. Messages may go on being written.
 */
export async function recovery(
  world: World,
  { withinMs, among: participants = world.participants }: { withinMs: number; among?: Participant[] },
  act: () => void | Promise<void>,
): Promise<Recovery> {
  const lost = new Set<Participant>()
  const unwatch = participants.map((participant) =>
    participant.session.connection.store.subscribe(({ state }) => {
      if (state !== 'online') lost.add(participant)
    }),
  )
  const start = performance.now()
  await act()
  await Bun.sleep(COMMITS_MS)
  const heads = await headsByUser(world)
  const times = new Map<Participant, number>()
  while (times.size < participants.length && performance.now() - start < withinMs) {
    for (const participant of participants)
      if (!times.has(participant) && isCaughtUp(participant, heads.get(participant.userId)))
        times.set(participant, performance.now() - start)
    await Bun.sleep(20)
  }
  for (const stop of unwatch) stop()
  return {
    kept: group(participants.filter((participant) => !lost.has(participant))),
    lost: group([...lost]),
  }

  function group(some: Participant[]): Group {
    const slowestMs = Math.max(
      0,
      ...some.map((participant) => times.get(participant) ?? Number.POSITIVE_INFINITY),
    )
    return { count: some.length, slowestMs }
  }
}

interface Head {
  id: string
  head: number
}

function isCaughtUp(participant: Participant, heads: Head[] = []): boolean {
  return participant.online && heads.every(({ id, head }) => (participant.held(id) ?? 0) >= head)
}

async function headsByUser(world: World): Promise<Map<string, Head[]>> {
  const rows = await world.parts.sql<{ id: string; head: string; userId: string }[]>`
    SELECT c.id, c.last_seq AS head, m.user_id AS "userId"
    FROM conversations c JOIN members m ON m.conversation_id = c.id AND m.left_seq IS NULL
    WHERE c.id = ANY (${world.parts.conversationIds}::uuid[])`
  const heads = new Map<string, Head[]>()
  for (const { id, head, userId } of rows)
    heads.set(userId, [...(heads.get(userId) ?? []), { id, head: Number(head) }])
  return heads
}

/** What people were told for good: messages shown as failed, and sends refused. */
export function failuresShown(world: World): number {
  const { entries } = world.history
  const refused = entries.filter((entry) => entry.kind === 'send' && entry.outcome === 'refused').length
  const failed = world.participants.flatMap(({ session }) =>
    session.outbox.store.getState().pending.filter(({ state }) => state === 'failed'),
  )
  return refused + failed.length
}

/** Tries to send without an answer. */
export function triesInVain(world: World): number {
  return world.history.entries.filter((entry) => entry.kind === 'send' && entry.outcome === 'unknown').length
}
