import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { TypingThrottle } from '../../src/typing/throttle'
import { signUp, type TestPerson } from '../support/client'
import { readLog } from '../support/log'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let ada: TestPerson
let ben: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
})
afterAll(() => server.stop())

test('the others see that somebody types, once in a moment, and nothing is stored', async () => {
  const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [ben.user.id] })
  const conversationId = conversation.id
  using live = await ada.connect()
  await ben.trpc.typing.notify.mutate({ conversationId })
  for (let n = 0; n < 3; n++) await ben.trpc.typing.notify.mutate({ conversationId })
  await ben.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'hello' })
  await live.next((event) => event.type === 'message')
  expect(live.events.filter((event) => event.type === 'typing')).toEqual([
    { type: 'typing', conversationId, userId: ben.user.id },
  ])
  expect((await readLog(server.deps, conversationId)).map((event) => event.kind)).toEqual(['created', 'sent'])
})

test('a second later it may be said again, whatever the clock does', () => {
  let now = 50_000
  const throttle = new TypingThrottle({ now: () => now })
  throttle.note('tea', 'ada')
  expect(throttle.isRecent('tea', 'ada')).toBe(true)
  expect(throttle.isRecent('tea', 'ben')).toBe(false)
  expect(throttle.isRecent('coffee', 'ada')).toBe(false)
  now += 999
  expect(throttle.isRecent('tea', 'ada')).toBe(true)
  now += 1
  expect(throttle.isRecent('tea', 'ada')).toBe(false)
  throttle.note('tea', 'ada')
  now -= 3_600_000
  expect(throttle.isRecent('tea', 'ada')).toBe(false)
})
