import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type OpenDatabase, openDatabase } from '../../src/db/open'
import { type Failpoints, openFailpoints, parseFailpoints } from '../../src/lib/failpoints'
import { newId } from '../../src/lib/ids'
import { StartError } from '../../src/lib/start-error'
import { signUp } from '../support/client'
import { testDatabase } from '../support/postgres'
import { startServerProcess } from '../support/process'
import { startTestServer } from '../support/server'
import { until } from '../support/until'

describe('what a test may ask for', () => {
  test('a place that is to kill does so once it is reached, and nothing comes after', async () => {
    const { failpoints, deaths } = parsed('send.committed=kill')
    await failpoints?.reach('send.told')
    expect(deaths.count).toBe(0)
    const after = failpoints?.reach('send.committed').then(() => 'went on')
    expect(await Promise.race([after, Bun.sleep(50)])).toBeUndefined()
    expect(deaths.count).toBe(1)
  })

  test('several places, and pauses that end', async () => {
    const { failpoints, deaths } = parsed(' send.beforeCommit=pause:1; change.committed=kill ;')
    await failpoints?.reach('send.beforeCommit')
    await failpoints?.reach('send.beforeCommit')
    expect(deaths.count).toBe(0)
    void failpoints?.reach('change.committed')
    expect(deaths.count).toBe(1)
  })

  test('an empty value asks for nothing', () => expect(parseFailpoints('')).toBeUndefined())

  for (const text of ['send.committed', 'send.nowhere=kill', 'send.told=pause', 'send.told=pause:-1', 'x;y'])
    test(`"${text}" is refused with what would be right`, () =>
      expect(() => parseFailpoints(text)).toThrow(StartError))
})

describe('in the server', () => {
  let database: OpenDatabase
  let url: string
  beforeAll(async () => {
    url = await testDatabase()
    database = openDatabase(url)
  })
  afterAll(() => database.close())

  test('one that is not built for tests has none, says so once, and serves', async () => {
    const env = { CONFAB_FAILPOINT: 'send.committed=kill; nonsense' }
    await using server = await startTestServer({ env })
    expect(server.deps.failpoints).toBeUndefined()
    const told: string[] = []
    expect(openFailpoints(server.deps.config, (sentence) => told.push(sentence))).toBeUndefined()
    expect(told).toEqual(['CONFAB_FAILPOINT is refused: this server is not built for tests.'])
  })

  test('one that is built for tests does not start on a malformed one', async () => {
    const env = { CONFAB_FAILPOINT: 'send.committed=die', NODE_ENV: 'test' }
    expect(startTestServer({ env })).rejects.toThrow('CONFAB_FAILPOINT must be <place>=kill')
  })

  test('killed at send.committed: the message is there, and the retry is answered with its place', async () => {
    const failing = await startServerProcess({
      DATABASE_URL: url,
      NODE_ENV: 'test',
      CONFAB_FAILPOINT: 'send.committed=kill',
    })
    await using _ = failing
    const ada = await signUp(failing)
    const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [] })
    const message = { id: newId(), conversationId: conversation.id, body: 'written and not told' }
    expect(ada.trpc.messages.send.mutate(message)).rejects.toThrow()
    const [row] = await until(() => database.sql`SELECT seq FROM messages WHERE id = ${message.id}`)
    // With the same failpoint: an answer that is known is no commit.
    await failing.restart()
    const answer = await ada.trpc.messages.send.mutate(message)
    expect(answer.seq).toBe(Number(row?.seq))
  }, 30_000)
})

function parsed(text: string): { failpoints: Failpoints | undefined; deaths: { count: number } } {
  const deaths = { count: 0 }
  const failpoints = parseFailpoints(text, () => {
    deaths.count += 1
  })
  return { failpoints, deaths }
}
