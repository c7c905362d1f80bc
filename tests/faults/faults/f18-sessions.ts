import { openLiveSocket } from '../../../client/lib/live-socket'
import { toProblem } from '../../../client/lib/problem'
import { browserTiming } from '../../../client/lib/timing'
import { ALONE } from '../../../client/lib/trpc'
import type { SignedIn } from '../../../verify/front-door'
import { socketClass } from '../../../verify/program'
import { recordFrames } from '../../../verify/record'
import { callerOf } from '../caller'
import type { Fault, Rig } from '../fault'
import type { Instance } from '../instance'
import type { Random } from '../random'
import { ORIGIN, type World } from '../world'

const CLIENTS = 40
/** Sessions revoked in each of the four ways: by signing out or by deletion, with Redis or without. */
const EACH = 25
const PATIENCE_MS = 20_000

/** Sessions end while their sockets are open on both instances. */
export const sessions: Fault = {
  id: 'F18',
  title: '100 sessions revoked under load, half with Redis down',
  bar: 'who signed out is answered no more; socket closed ≤ 1 s, ≤ 10 s with Redis down; a deleted session: 6 s and 10 s',
  async run(rig) {
    const world = await rig.world({ clients: CLIENTS, people: CLIENTS + 4 * EACH, members: 40 })
    const { redis, people } = world.parts
    const revoked = people.slice(CLIENTS)
    const devices = await openAll(world, revoked)
    world.load.start(50)
    const withBus = await revokeHalf({ rig, world, devices: devices.slice(0, 2 * EACH) })
    world.history.phase('fault', 'Redis is killed')
    await redis.kill('SIGKILL')
    const without = await revokeHalf({ rig, world, devices: devices.slice(2 * EACH) })
    await redis.restart()
    world.history.phase('heal', 'Redis runs again')
    world.load.stop()
    const settled = await world.settle(30_000)
    for (const { live } of devices.flatMap(({ sockets }) => sockets)) live.close()
    const all = [...withBus, ...without]
    const answered = all.filter(({ how, answers }) => how === 'sign-out' && answers > 0).length
    const refused = Math.max(
      ...all.filter(({ how }) => how === 'deletion').map(({ refusedAfter }) => refusedAfter),
    )
    const slowest = (some: Revoked[], how: Revoked['how']) =>
      Math.max(...some.filter((one) => one.how === how).map(({ ms }) => ms))
    const { figure } = rig
    figure({ name: 'signed out', value: slowest(withBus, 'sign-out'), unit: 'ms', atMost: 1_000 })
    figure({ name: 'deleted', value: slowest(withBus, 'deletion'), unit: 'ms', atMost: 10_000 })
    figure({ name: 'signed out, no Redis', value: slowest(without, 'sign-out'), unit: 'ms', atMost: 10_000 })
    figure({ name: 'deleted, no Redis', value: slowest(without, 'deletion'), unit: 'ms', atMost: 10_000 })
    figure({ name: 'answered after signing out', value: answered, unit: 'sessions', atMost: 0 })
    // A session is remembered for 5 s, and nobody tells of a row that goes.
    figure({ name: 'deleted, answered for', value: refused, unit: 'ms', atMost: 6_000 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 30_000 })
  },
}

interface Device {
  person: SignedIn
  /** One on each instance. */
  sockets: Awaited<ReturnType<typeof open>>[]
}

interface Revoked {
  how: 'sign-out' | 'deletion'
  /** From the revocation's end to the last socket's. */
  ms: number
  /** Calls that were answered after it, and milliseconds until one was refused. */
  answers: number
  refusedAfter: number
}

async function revokeHalf(part: { rig: Rig; world: World; devices: Device[] }): Promise<Revoked[]> {
  const { rig, world, devices } = part
  const random = rig.random.fork(`revoke ${devices[0]?.person.user.username}`)
  return Promise.all(
    devices.map(async (device, index) => {
      const choice = random.fork(`device ${index}`)
      await Bun.sleep(choice.between(0, 2_000))
      return revoke(world, device, { how: index % 2 === 0 ? 'sign-out' : 'deletion', random: choice })
    }),
  )
}

async function revoke(
  world: World,
  { person, sockets }: Device,
  { how, random }: { how: Revoked['how']; random: Random },
): Promise<Revoked> {
  const caller = callerOf(world, person, random.pick(world.instances))
  if (how === 'sign-out') await caller.accounts.logOut.mutate(undefined, ALONE)
  else await world.parts.sql`DELETE FROM sessions WHERE user_id = ${person.user.id}`
  const start = world.history.now()
  const refusal = await refusedIn(caller)
  const late = Bun.sleep(PATIENCE_MS).then(() => Number.POSITIVE_INFINITY)
  const closed = await Promise.all(sockets.map((socket) => Promise.race([socket.closed, late])))
  return { how, ms: Math.max(0, ...closed.map((at) => at - start)), ...refusal }
}

/** Calls until one is answered 401. */
async function refusedIn(
  caller: ReturnType<typeof callerOf>,
): Promise<Pick<Revoked, 'answers' | 'refusedAfter'>> {
  const start = performance.now()
  for (let answers = 0; performance.now() - start < PATIENCE_MS; answers++) {
    const status = await caller.conversations.list.query(undefined, ALONE).then(
      () => 200,
      (error) => toProblem(error).status,
    )
    if (status === 401) return { answers, refusedAfter: performance.now() - start }
    await Bun.sleep(100)
  }
  return { answers: Number.POSITIVE_INFINITY, refusedAfter: Number.POSITIVE_INFINITY }
}

async function openAll(world: World, people: readonly SignedIn[]): Promise<Device[]> {
  const devices: Device[] = []
  for (const person of people) {
    const sockets = await Promise.all(world.instances.map((instance) => open(world, person, instance)))
    devices.push({ person, sockets })
  }
  return devices
}

/** The client's own socket to one instance. `closed` resolves with the moment. */
async function open(world: World, { user, cookie }: SignedIn, instance: Instance) {
  const { history } = world
  const seen = { device: `${user.username}/socket ${instance.name}`, userId: user.id }
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number>()
  const live = openLiveSocket({
    url: `${instance.url.replace('http', 'ws')}/trpc`,
    timing: browserTiming,
    WebSocket: recordFrames(history, seen, socketClass({ cookie, origin: ORIGIN })),
    // The first is `sync`.
    onEvent: () => opened.resolve(),
    onOpen() {},
    onAlive() {},
    onClose: () => closed.resolve(history.now()),
    onRefused() {},
  })
  await opened.promise
  return { live, closed: closed.promise }
}
