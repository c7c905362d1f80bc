import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { openTab, type Tab } from '../client/session'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let server: TestServer
let ada: TestPerson
let ben: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
})
afterAll(() => server.stop())

const bens = (conversationId: string) =>
  ben.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'hello' })

/** A conversation of three messages that is on screen in a tab, and all read there. */
async function reading() {
  const input = { kind: 'private' as const, name: newId(), memberIds: [ada.user.id] }
  const { id } = (await ben.trpc.conversations.create.mutate(input)).conversation
  for (let n = 0; n < 3; n++) await bens(id)
  const tab = openTab(ada, { url: server.url, origin: server.url })
  tab.attentive = true
  await until(() => tab.session.list.find(id))
  tab.session.windows.open(id)
  await until(() => tab.session.timelines.get(id)?.messages.length === 3)
  const entry = () => tab.session.list.find(id)
  tab.session.reading.shown(id, newest(tab, id))
  expect(entry()?.unread).toBe(0)
  return { id, tab, entry, [Symbol.dispose]: () => tab.session.stop() }
}

const newest = (tab: Tab, id: string) => tab.session.timelines.get(id)?.messages.at(-1)?.seq ?? 0

test('what was marked on screen rests until it is left, jumped from, or answered', async () => {
  using open = await reading()
  const { id, tab, entry } = open
  const { session } = tab
  const ways: [string, () => void][] = [
    [
      'left and opened again',
      () => {
        session.reading.left(id)
        session.reading.shown(id, newest(tab, id))
      },
    ],
    ['the latest wanted', () => session.reading.jumped(id)],
    ['answered', () => session.outbox.write(id, 'an answer')],
  ]
  for (const [way, end] of ways) {
    await session.reading.markUnread(id, 2)
    await until(() => entry()?.unreadFrom === 2, { what: `the mark, before: ${way}` })
    const { seq } = await bens(id)
    await until(() => newest(tab, id) === seq)
    session.reading.shown(id, seq)
    session.returned()
    expect(entry()?.unreadFrom).toBe(2)
    end()
    await until(() => entry()?.unreadFrom === null, { what: way })
    expect(entry()?.unread).toBe(0)
  }
  // Answered, it is read again as it comes.
  const { seq } = await bens(id)
  await until(() => newest(tab, id) === seq)
  session.reading.shown(id, seq)
  expect(entry()?.unread).toBe(0)
}, 20_000)

test('what was marked elsewhere rests until somebody returns, or something newer comes on screen', async () => {
  using open = await reading()
  const { id, tab, entry } = open
  const { session } = tab
  const mark = async () => {
    await ada.trpc.receipts.markUnread.mutate({ conversationId: id, number: 2 })
    await until(() => entry()?.unreadFrom === 2)
    session.reading.shown(id, newest(tab, id))
    expect(entry()?.unreadFrom).toBe(2)
  }
  await mark()
  session.returned()
  expect(entry()?.unread).toBe(0)
  await mark()
  const { seq } = await bens(id)
  await until(() => newest(tab, id) === seq)
  expect(entry()?.unread).toBe(3)
  session.reading.shown(id, seq)
  expect(entry()?.unread).toBe(0)
  const stored = async () => {
    const { conversations } = await ada.trpc.conversations.list.query()
    return conversations.find((conversation) => conversation.id === id)?.unread
  }
  await until(async () => (await stored()) === 0)
})

test('what was read before a mark is said before it', async () => {
  using open = await reading()
  const { id, tab, entry } = open
  const { seq } = await bens(id)
  await until(() => newest(tab, id) === seq)
  tab.session.reading.shown(id, seq)
  await tab.session.reading.markUnread(id, 4)
  const { conversations } = await ada.trpc.conversations.list.query()
  expect(conversations.find((conversation) => conversation.id === id)?.unreadFrom).toBe(4)
  await until(async () => {
    const { conversations: later } = await ada.trpc.conversations.list.query()
    return later.find((conversation) => conversation.id === id)?.readSeq === seq
  })
  expect(entry()).toMatchObject({ unreadFrom: 4, unread: 1, readNumber: 4 })
})
