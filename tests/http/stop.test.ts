import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type OpenDatabase, openDatabase } from '../../src/db/open'
import { newId } from '../../src/lib/ids'
import { freePort } from '../../src/lib/ports'
import { signUpForReal, type TestPerson } from '../support/client'
import { root } from '../support/imports'
import { testDatabase } from '../support/postgres'
import { rawSocket } from '../support/raw-socket'
import { startRedis, type TestRedis } from '../support/redis'
import { describeWith } from '../support/require'
import { until } from '../support/until'

const SENDERS = 8
const SOCKETS = 120

describeWith('redis', 'an instance that is told to stop under load', () => {
  let redis: TestRedis
  let database: OpenDatabase
  let leaving: Instance
  let staying: Instance

  beforeAll(async () => {
    redis = await startRedis()
    const databaseUrl = await testDatabase()
    database = openDatabase(databaseUrl)
    leaving = await startInstance(databaseUrl, redis.url)
    staying = await startInstance(databaseUrl, redis.url)
  }, 30_000)
  afterAll(async () => {
    await leaving.kill()
    await staying.kill()
    await database.close()
    await redis.stop()
  })

  test('serves until its sockets are away, answers what it took, and exits with 0', async () => {
    const ada = await signUpForReal(leaving)
    const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [] })
    const lives = await Promise.all(Array.from({ length: SOCKETS }, () => ada.connect()))
    const isStored = async (id: string) =>
      (await database.sql`SELECT FROM messages WHERE id = ${id}`).length > 0
    const load = startLoad([ada, ada.on(staying)], conversation.id, isStored)
    await until(() => load.sent.length > 100)

    leaving.child.kill('SIGTERM')
    const notReady = await until(async () => {
      const answer = await fetch(`${leaving.url}/readyz`)
      return answer.status === 503 ? answer : null
    })
    expect(notReady.headers.get('connection')).toBe('close')
    const told = newId()
    await ada.trpc.messages.send.mutate({
      id: told,
      conversationId: conversation.id,
      body: 'during the notice',
    })
    using late = await rawSocket(leaving, ada)
    expect(late.answer).toStartWith('HTTP/1.1 503')

    expect(await Promise.all(lives.map((live) => live.closed))).toEqual(lives.map(() => 1012))
    expect(await leaving.child.exited).toBe(0)
    const after = load.sent.length
    await until(() => load.sent.length > after + 100)
    await load.stop()

    // What was not taken is refused or reset, and the other instance's; what was taken is answered, not cut off.
    expect(load.failed.filter(({ stored }) => stored)).toEqual([])
    expect(load.failed.filter(({ code }) => code !== 'ECONNREFUSED' && code !== 'ECONNRESET')).toEqual([])
    const stored = await database.sql<{ id: string; seq: string }[]>`
      SELECT id, seq FROM messages WHERE conversation_id = ${conversation.id}`
    const seqs = new Map(stored.map(({ id, seq }) => [id, Number(seq)]))
    expect(load.sent.filter(({ id, seq }) => seqs.get(id) !== seq)).toEqual([])
    expect(seqs.size).toBe(load.sent.length + 1)
  }, 60_000)
})

interface Instance {
  url: string
  child: Bun.Subprocess
  kill(): Promise<unknown>
}

/** With a public origin that is not this machine's: there are others to send people to, so it gives notice. */
async function startInstance(databaseUrl: string, redisUrl: string): Promise<Instance> {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const child = Bun.spawn([process.execPath, join(root, 'src/main.ts')], {
    env: {
      PORT: String(port),
      PUBLIC_ORIGIN: `${url},http://chat.example.org`,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      CONFAB_SECRET: 'a secret that is long enough for tests only',
      CONFAB_SIGN_UP: 'open',
      LOG_LEVEL: 'fatal',
    },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(isReady, { within: 20_000 })
  const kill = () => {
    child.kill('SIGKILL')
    return child.exited
  }
  return { url, child, kill }
}

/** Sends without pause, by the first of the two until it takes no more: the same message again, by the other one. */
function startLoad(
  [first, second]: [TestPerson, TestPerson],
  conversationId: string,
  isStored: (id: string) => Promise<boolean>,
) {
  const sent: { id: string; seq: number }[] = []
  const failed: { code: string; stored: boolean }[] = []
  let running = true
  const sender = async () => {
    let by = first
    while (running) {
      const message = { id: newId(), conversationId, body: 'under load' }
      const answer = await by.trpc.messages.send.mutate(message).catch(async (error) => {
        failed.push({ code: codeOf(error), stored: await isStored(message.id) })
        by = second
        return by.trpc.messages.send.mutate(message)
      })
      sent.push({ id: message.id, seq: answer.seq })
    }
  }
  const senders = Promise.all(Array.from({ length: SENDERS }, sender))
  return {
    sent,
    failed,
    async stop() {
      running = false
      await senders
    },
  }
}

function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  return String(error)
}
