import type { Head } from '../sync/schema'
import { encode } from './encode'
import type { Follower } from './follower'
import type { People } from './people'
import type { HubReaders } from './readers'
import type { Rooms } from './rooms'

/** The parts of a hub, for what is done to them in files of its own. */
export interface HubParts {
  rooms: Rooms
  people: People
  readers: HubReaders
}

/**
 * Takes interest, then reads, then follows: what happens between the read and the following is in the rooms already,
 * and the sink joins them and gets `sync` in one turn of the event loop, so nothing falls between.
 */
export async function attach(parts: HubParts, follower: Follower, epoch: string): Promise<void> {
  const { rooms, people } = parts
  await rooms.takeUser(follower)
  if (follower.open) people.add(follower)
  const read = await readHeads(parts, follower)
  if (follower.open) sync(rooms, follower, { epoch, ...read })
}

interface Read {
  heads: Head[]
  /** When the read began, on the clock of `performance.now()`. */
  since: number
}

/** Reads until every conversation read was being listened to before it was read. */
async function readHeads({ rooms, readers }: HubParts, follower: Follower): Promise<Read> {
  while (true) {
    const since = performance.now()
    const heads = await readers.heads(follower.identity.userId)
    const unheard = heads.map((head) => head.conversationId).filter((id) => !rooms.hears(follower, id))
    const served = unheard.every((id) => rooms.get(id)?.ready)
    await rooms.take(follower, unheard)
    if (served || !follower.open) return { heads, since }
  }
}

function sync(rooms: Rooms, follower: Follower, { epoch, heads, since }: Read & { epoch: string }): void {
  const { userId } = follower.identity
  const synced: Head[] = []
  for (const head of heads) {
    const room = rooms.get(head.conversationId)
    if (room === undefined) continue
    room.sequencer.start(head.seq)
    room.sequencer.expect(head.seq)
    if (room.leftSince(userId, head.seq)) continue
    follower.follow(room)
    synced.push({ ...head, ...room.latest(head) })
  }
  follower.synced = true
  follower.sink.send(encode({ type: 'sync', epoch, heads: synced }))
  for (const room of follower.rooms)
    for (const payload of room.asidesSince(since)) follower.sink.send(payload)
}
