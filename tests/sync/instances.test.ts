import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { type Live, signUp, type TestPerson } from '../support/client'
import { testDatabase } from '../support/postgres'
import { startRedis, type TestRedis } from '../support/redis'
import { report } from '../support/report'
import { describeWith } from '../support/require'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

describeWith('redis', 'two instances, one Redis, one PostgreSQL', () => {
  let redis: TestRedis
  let servers: [TestServer, TestServer]
  let ada: TestPerson
  let ben: TestPerson
  let conversationId: string

  beforeAll(async () => {
    redis = await startRedis()
    const options = { databaseUrl: await testDatabase(), redisUrl: redis.url }
    servers = [await startTestServer(options), await startTestServer(options)]
    ada = await signUp(servers[0], 'Ada')
    ben = (await signUp(servers[0], 'Ben')).on(servers[1])
    const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [ben.user.id] })
    conversationId = conversation.id
  })
  afterAll(async () => {
    for (const server of servers) await server.stop()
    await redis.stop()
  })

  const say = (person: TestPerson, body: string) =>
    person.trpc.messages.send.mutate({ id: newId(), conversationId, body })

  test('a user on each talk', async () => {
    using adas = await ada.connect()
    using bens = await ben.connect()
    await say(ada, 'to the other side')
    await say(ben, 'and back')
    for (const live of [adas, bens])
      await until(() => live.bodies(conversationId).join() === 'to the other side,and back')
  })

  test('with Redis killed and started again under load nothing is lost, doubled or reordered', async () => {
    using adas = await ada.connect()
    using bens = await ben.connect()
    const start = adas.bodies(conversationId).length
    let running = true
    const saidAt = new Map<string, number>()
    const load = async (person: TestPerson, name: string) => {
      const sent: string[] = []
      while (running) {
        sent.push(`${name} ${sent.length}`)
        saidAt.set(sent.at(-1) ?? '', performance.now())
        await say(person, sent.at(-1) ?? '')
      }
      return sent
    }
    const senders = Promise.all([load(ada, 'ada'), load(ben, 'ben')])
    await until(() => bens.bodies(conversationId).length > 50)
    await redis.kill('SIGKILL')
    const before = bens.bodies(conversationId).length
    // Still without Redis: what is said on one instance reaches the other through the reconciler.
    await until(() => bens.bodies(conversationId).length > before + 300)
    await redis.restart()
    await until(() => servers.every((server) => server.deps.bus.healthy))
    running = false
    const sent = (await senders).flat()
    for (const live of [adas, bens])
      await until(() => live.bodies(conversationId).length >= start + sent.length)
    expect(adas.bodies(conversationId).toSorted()).toEqual(sent.toSorted())
    expect(bens.bodies(conversationId)).toEqual(adas.bodies(conversationId))
    report(
      `Redis away under load: ${sent.length} messages, worst delay ${worstDelay([adas, bens], saidAt)} ms`,
    )
  }, 30_000)

  test('who is added while Redis is away hears of it all the same', async () => {
    using bens = await ben.connect()
    await redis.kill('SIGKILL')
    await until(() => servers.every((server) => !server.deps.bus.healthy))
    const { conversation } = await ada.trpc.conversations.create.mutate({
      kind: 'private',
      name: 'dark',
      memberIds: [ben.user.id],
    })
    await bens.next((event) => event.type === 'conversation' && event.conversation.id === conversation.id)
    await ada.trpc.messages.send.mutate({ id: newId(), conversationId: conversation.id, body: 'hello' })
    await until(() => bens.bodies(conversation.id).join() === 'hello')
    await redis.restart()
    await until(() => servers.every((server) => server.deps.bus.healthy))
  })
})

/** From the call of the send to the last of the two who heard it, in milliseconds: for people to read, not a bar. */
function worstDelay(lives: Live[], saidAt: Map<string, number>): number {
  const delays = lives.flatMap(({ events, arrivals }) =>
    events.map((event, index) => {
      const said = event.type === 'message' ? saidAt.get(event.message.body) : undefined
      return said === undefined ? 0 : (arrivals[index] ?? 0) - said
    }),
  )
  return Math.round(Math.max(...delays))
}
