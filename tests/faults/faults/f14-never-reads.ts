import { type RawSocket, rawSocket } from '../../support/raw-socket'
import { until } from '../../support/until'
import type { Fault } from '../fault'
import { delaysOf, percentile, type Span } from '../figures'
import type { World } from '../world'

const PER_SECOND = 200
/** Long messages: what the system keeps for a connection is full in seconds, and only then is our own buffer used. */
const PADDING = 1_500
const CLIENTS = 12
/** On each instance. */
const DEAF = 2
const CLOSED_MS = 60_000
/** The limit, and the one message that went beyond it. */
const BUFFER_MAX = 1024 + 4

/** Everybody is in one conversation, and somebody's socket stays open without ever being read. */
export const neverReads: Fault = {
  id: 'F14',
  title: 'a client that never reads, while 200 messages a second flow',
  bar: 'at most 1 MB waits for it, it is closed; p99 of the others ≤ 1.2 × that without it',
  async run(rig) {
    const { fast, figure } = rig
    const everybody = { conversations: 1, people: CLIENTS + 1, members: CLIENTS + 1 }
    const world = await rig.world({ ...everybody, clients: CLIENTS, env: { WATCH_SOCKETS: '1' } })
    const { history, load } = world
    await world.recordResources('before')
    const without: Span[] = []
    const beside: Span[] = []
    const closed: number[] = []
    // In turn, so that whatever else this machine does meets both.
    for (let round = 0; round < (fast ? 1 : 3); round++) {
      const calm = { from: history.now(), to: 0 }
      load.start(PER_SECOND, { padding: PADDING })
      await Bun.sleep(fast ? 5_000 : 12_000)
      calm.to = history.now()
      without.push(calm)
      closed.push(await besideDeaf(world, beside))
      load.stop()
      await world.settle(10_000)
    }
    const settled = await world.settle(10_000)
    const buffered = await Promise.all(world.instances.map((instance) => instance.counted()))
    await world.recordResources('after')

    const [usual, others] = [without, beside].map((spans) =>
      spans.flatMap(({ from, to }) => delaysOf(history, from, to)),
    )
    const p99 = percentile(usual ?? [], 0.99)
    figure({ name: 'messages', value: load.written, unit: '' })
    figure({ name: 'p99 without', value: p99, unit: 'ms' })
    figure({ name: 'p99 beside it', value: percentile(others ?? [], 0.99), unit: 'ms', atMost: 1.2 * p99 })
    figure({ name: 'closed after', value: Math.max(...closed), unit: 'ms', atMost: CLOSED_MS })
    const most = Math.max(...buffered.map((counted) => counted.buffered ?? Number.POSITIVE_INFINITY))
    figure({ name: 'most that waited', value: most / 1024, unit: 'KiB', atLeast: 256, atMost: BUFFER_MAX })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 5_000 })
  },
}

/** @returns milliseconds until the last of the deaf sockets was closed; infinity when one was not */
async function besideDeaf(world: World, spans: Span[]): Promise<number> {
  const { history, instances, parts } = world
  const followers = async () => {
    const counted = await Promise.all(instances.map((instance) => instance.counted()))
    return counted.reduce((sum, one) => sum + (one.followers ?? 0), 0)
  }
  const before = await followers()
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
  const areClosed = async () => (await followers()) === before
  const closed = await until(areClosed, { within: CLOSED_MS }).then(
    () => history.now() - from,
    () => Number.POSITIVE_INFINITY,
  )
  spans.push({ from, to: history.now() })
  history.phase('heal', 'they are gone')
  for (const socket of deaf) socket[Symbol.dispose]()
  return closed
}
