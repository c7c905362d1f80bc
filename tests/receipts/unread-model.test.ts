import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { newId } from '../../src/lib/ids'
import { openTab } from '../client/session'
import { signUp } from '../support/client'
import { readMembers } from '../support/log'
import { testDatabase } from '../support/postgres'
import { startRedis } from '../support/redis'
import { report } from '../support/report'
import { describeWith } from '../support/require'
import { startTestServer } from '../support/server'
import { until } from '../support/until'
import * as oracle from './oracle'
import { Teller, type World } from './teller'

/** Stories at the same time, each in a conversation of its own, all on the same three devices. */
const AT_ONCE = 24
const RUNS = 4
const ACTS = { minLength: 12, maxLength: 30, size: 'max' } as const

describeWith('redis', 'three devices of one person and somebody else, on two instances', () => {
  const stack = new AsyncDisposableStack()
  let world: World

  beforeAll(async () => {
    const redis = stack.adopt(await startRedis(), (started) => started.stop())
    const options = { databaseUrl: await testDatabase(), redisUrl: redis.url }
    const first = stack.use(await startTestServer(options))
    const second = stack.use(await startTestServer(options))
    const ada = await signUp(first, 'Ada')
    const ben = await signUp(first, 'Ben')
    const devices = [first, second, first].map(({ url }) => stack.use(openTab(ada, { url, origin: url })))
    for (const { session } of devices)
      await until(() => session.list.loaded && session.connection.store.getState().state === 'online')
    for (const device of devices) device.attentive = true
    world = { servers: [first, second], ada, ben, devices }
  }, 20_000)
  afterAll(() => stack.disposeAsync(), 20_000)

  test('end in one state, which the acts alone decide', async () => {
    let acts = 0
    const stories = fc.array(fc.array(oracle.act, ACTS), { minLength: AT_ONCE, maxLength: AT_ONCE })
    const property = fc.asyncProperty(stories, async (told) => {
      const ends = await Promise.all(told.map(tell))
      for (const end of ends) await agree(end)
      acts += ends.reduce((sum, end) => sum + end.told.length, 0)
    })
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true })
    report(`unread on three devices: ${RUNS * AT_ONCE} stories, ${acts} acts`)
  }, 120_000)

  async function tell(story: readonly oracle.Act[]): Promise<Teller> {
    const { ada, ben, devices } = world
    const input = { kind: 'public' as const, name: newId(), memberIds: [ada.user.id] }
    const { id } = (await ben.trpc.conversations.create.mutate(input)).conversation
    for (const { session } of devices) await until(() => session.list.find(id))
    const teller = new Teller(world, id)
    for (const act of story) await teller.do(act)
    return teller
  }

  /** Waits until the database and all devices say what the oracle says. */
  async function agree({ conversationId, place, told }: Teller): Promise<void> {
    const { servers, ada, devices } = world
    const wanted = place.here ? seen(place) : null
    const stored = async () => {
      const member = (await readMembers(servers[0].deps, conversationId)).get(ada.user.id)
      if (member === undefined || member.leftSeq !== null) return null
      return seen({ last: place.last, read: member.readNumber, from: member.unreadFrom, here: true })
    }
    const shown = () =>
      devices.map(({ session }) => {
        const entry = session.list.find(conversationId)
        if (entry === undefined) return null
        const { unread, unreadFrom, readNumber } = entry
        return { unread, unreadFrom, readNumber }
      })
    const all = async () => [await stored(), ...shown()]
    const isSo = async () => Bun.deepEquals(await all(), [wanted, ...devices.map(() => wanted)])
    await until(isSo, { within: 8_000 }).catch(() => {})
    expect({ told, all: await all() }).toEqual({ told, all: [wanted, ...devices.map(() => wanted)] })
  }
})

function seen(place: oracle.Place) {
  return { unread: oracle.unread(place), unreadFrom: place.from, readNumber: place.read }
}
