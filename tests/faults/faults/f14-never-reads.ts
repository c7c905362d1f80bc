import { delaysOf } from '../../../verify/delays'
import { type RawSocket, rawSocket } from '../../support/raw-socket'
import { until } from '../../support/until'
import type { Fault } from '../fault'
import { percentile, type Span } from '../figures'
import type { World } from '../world'

const PER_SECOND = 200
/** Long messages: what the system keeps for a connection is full in seconds, and only then is our own buffer used. */
const PADDING = 2_000
const CLIENTS = 12
/** An outbox sends one after the other in each, so a few, for 200 a second not to be the most that they can. */
const CONVERSATIONS = 4
/** On each instance. */
const DEAF = 2
const CLOSED_MS = 60_000
/** About as long as it takes until they are closed. */
const CALM_MS = 9_000
/** A process that answers is not asked so often that this shows. */
const LOOK_MS = 250
/** The limit, and the one message that went beyond it. */
const BUFFER_MAX = 1024 + 4

/** Everybody is in every conversation, and somebody's socket stays open without ever being read. */
export const neverReads: Fault = {
  id: 'F14',
  title: 'a client that never reads, while 200 messages a second flow',
  bar: 'at most 1 MB waits for it, it is closed; p99 of the others ≤ 1.2 × that without it',
  async run(rig) {
    const { fast, figure } = rig
    const everybody = { conversations: CONVERSATIONS, people: CLIENTS + 1, members: CLIENTS + 1 }
    const world = await rig.world({ ...everybody, clients: CLIENTS, env: { WATCH_SOCKETS: '1' } })
    const { history, load } = world
    await world.recordResources('before')
    const without: Span[] = []
    const beside: Span[] = []
    // In turn, and often, so that whatever else this machine does meets both.
    for (let round = 0; round < (fast ? 1 : 4); round++) {
      load.start(PER_SECOND, { padding: PADDING })
      const from = history.now()
      await Bun.sleep(CALM_MS)
      without.push({ from, to: history.now() })
      beside.push(await besideDeaf(world))
      load.stop()
      await world.settle(10_000)
    }
    const settled = await world.settle(10_000)
    const buffered = await Promise.all(world.instances.map((instance) => instance.counted()))
    await world.recordResources('after')

    const [usual, others] = [without, beside].map((spans) => spans.map((span) => p99Of(history, span)))
    const closed = beside.map(({ from, to }) => to - from)
    rig.note(`p99 in ms, in turn: ${(usual ?? []).map((ms, round) => `${ms} ${others?.[round]}`).join(', ')}`)
    const p99 = percentile(usual ?? [], 0.5)
    figure({ name: 'messages', value: load.written, unit: '' })
    figure({ name: 'p99 without', value: p99, unit: 'ms' })
    figure({ name: 'p99 beside it', value: percentile(others ?? [], 0.5), unit: 'ms', atMost: 1.2 * p99 })
    figure({ name: 'closed after', value: Math.max(...closed), unit: 'ms', atMost: CLOSED_MS })
    const most = Math.max(...buffered.map((counted) => counted.buffered ?? Number.POSITIVE_INFINITY))
    figure({ name: 'most that waited', value: most / 1024, unit: 'KiB', atLeast: 256, atMost: BUFFER_MAX })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}

/** Rounded: it is for reading, too. The median of them is what one stall of the machine does not move. */
function p99Of(history: World['history'], { from, to }: Span): number {
  return Math.round(percentile(delaysOf(history, from, to), 0.99))
}

/** @returns from the moment they stop reading until the last of them is closed; for ever when one is not */
async function besideDeaf(world: World): Promise<Span> {
  const { history, instances, parts } = world
  const before = await followers(world)
  const deaf: RawSocket[] = []
  const cookie = parts.people[CLIENTS]?.cookie ?? ''
  for (const { url } of instances)
    for (let opened = 0; opened < DEAF; opened++)
      deaf.push(await rawSocket({ url, origin: parts.origin }, { cookie }))
  for (const socket of deaf) socket.say('{"id":1,"method":"subscription","params":{"path":"sync.events"}}')
  await until(() => deaf.every((socket) => socket.text().includes('"sync"')), { what: 'their first event' })
  const from = history.now()
  history.phase('fault', 'they stop reading')
  for (const socket of deaf) socket.stopReading()
  let open = true
  while (open && history.now() - from < CLOSED_MS) {
    await Bun.sleep(LOOK_MS)
    open = (await followers(world)) > before
  }
  history.phase('heal', open ? 'they are let go' : 'they were closed')
  for (const socket of deaf) socket[Symbol.dispose]()
  return { from, to: open ? Number.POSITIVE_INFINITY : history.now() }
}

/** Live subscriptions, on both instances. */
async function followers({ instances }: World): Promise<number> {
  const counted = await Promise.all(instances.map((instance) => instance.counted()))
  return counted.reduce((sum, one) => sum + (one.followers ?? 0), 0)
}
