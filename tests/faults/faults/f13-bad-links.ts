import type { Participant } from '../../../verify/participant'
import { Edge } from '../../support/edge'
import type { Fault, Rig } from '../fault'
import { socketsOf } from '../figures'
import type { World } from '../world'

const PER_SECOND = 50
/** 32 kbit/s, for all connections of the client together. */
const SLOW_BYTES = 4_000
/** Messages written while the slow one is away: too many to be caught up one by one in one conversation, not in two. */
const BEHIND = [1_400, 300, 300]
/** Those of the two and a page of the one are some 300 kB: 75 s at this rate. */
const SLOW_MS = 150_000

/** A second device of somebody, on a network of its own. */
interface Phone {
  edge: Edge
  client: Participant
}

export const badLinks: Fault = {
  id: 'F13',
  title:
    'a client’s network: nothing for 60 s; 300 ms each way; 32 kbit/s with 2,000 messages to catch up with',
  bar: 'at most 2 reconnects, then caught up',
  async run(rig) {
    const world = await rig.world()
    using edges = new DisposableStack()
    const { people, memberIds } = world.parts
    const busy = people.filter(
      ({ user }) => [...memberIds.values()].filter((ids) => ids.includes(user.id)).length >= BEHIND.length,
    )
    const phones: Phone[] = []
    for (const person of rig.random.fork('phones').sample(busy, 5)) {
      const { port } = world.balancer.edge
      const edge = edges.use(new Edge(() => [{ hostname: '127.0.0.1', port }]))
      const device = `${person.user.username}/phone`
      phones.push({
        edge,
        client: await world.join(person, { url: `http://127.0.0.1:${edge.port}`, device }),
      })
    }
    await world.recordResources('before')
    await silentAndFar(world, rig, { silent: phones.slice(0, 2), far: phones.slice(2, 4) })
    await slow(world, rig, phones.slice(4))
    const settled = await world.settle(30_000)
    await world.recordResources('after')
    rig.figure({
      name: 'settled after',
      value: settled ?? Number.POSITIVE_INFINITY,
      unit: 'ms',
      atMost: 10_000,
    })
  },
}

interface Groups {
  silent: Phone[]
  far: Phone[]
}

/** Under load, and with their own people writing on. */
async function silentAndFar(world: World, { fast, figure }: Rig, { silent, far }: Groups): Promise<void> {
  const { history, load } = world
  load.start(PER_SECOND)
  await Bun.sleep(2_000)
  const at = history.now()
  history.phase('fault', 'nothing gets through, and 300 ms each way')
  for (const { edge } of far) edge.delay(300)
  for (const { edge } of silent) edge.hole('up', 'down')
  await Bun.sleep(fast ? 15_000 : 60_000)
  for (const { edge } of [...silent, ...far]) edge.pass()
  history.phase('heal', 'the networks are well')
  load.stop()
  const settled = await world.settle(30_000)
  figure({ name: 'messages', value: load.written, unit: '' })
  figure({ name: 'reconnects after silence', value: reconnects(silent, at), unit: '', atMost: 2 })
  figure({ name: 'with 300 ms', value: reconnects(far, at), unit: '', atMost: 2 })
  figure({ name: 'caught up after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })

  function reconnects(phones: Phone[], from: number): number {
    const counts = phones.map(({ client: { device } }) => {
      const before = Math.max(0, ...socketsOf(history, device, { from: 0, to: from }))
      return socketsOf(history, device, { from, to: history.now() }).filter((socket) => socket > before)
        .length
    })
    return Math.max(...counts)
  }
}

async function slow(world: World, { random, figure }: Rig, phones: Phone[]): Promise<void> {
  const { history } = world
  for (const { edge } of phones) edge.refuse()
  for (const { client } of phones) await writeBehind(world, client, random)
  const from = history.now()
  history.phase('fault', '32 kbit/s')
  for (const { edge } of phones) {
    edge.pass()
    edge.limit(SLOW_BYTES)
  }
  for (const { client } of phones)
    for (const [id] of client.session.timelines.all()) client.write(id, 'what did I miss?')
  const settled = await world.settle(SLOW_MS)
  const to = history.now()
  for (const { edge } of phones) edge.pass()
  history.phase('heal', 'the network is fast')
  const sockets = phones.map(({ client }) => socketsOf(history, client.device, { from, to }).length)
  figure({ name: 'sockets with 32 kbit/s', value: Math.max(...sockets), unit: '', atLeast: 1, atMost: 2 })
  figure({
    name: 'caught up after',
    value: settled ?? Number.POSITIVE_INFINITY,
    unit: 'ms',
    atMost: SLOW_MS,
  })
}

/** The others go on. Resolves when all that they wrote is stored. */
async function writeBehind(world: World, away: Participant, random: Rig['random']): Promise<void> {
  const chance = random.fork(`behind ${away.device}`)
  const ids = away.session.timelines.all().map(([id]) => id)
  for (const [index, id] of ids.sort().slice(0, BEHIND.length).entries()) {
    const others = world.participants.filter((one) => one !== away && one.held(id) !== null)
    for (let written = 0; written < (BEHIND[index] ?? 0); written++) {
      chance.pick(others).write(id, `you missed ${written} of ${index}`)
      if (written % 10 === 0) await Bun.sleep(50)
    }
  }
  while (world.participants.some((one) => one !== away && one.owed > 0)) await Bun.sleep(50)
}
