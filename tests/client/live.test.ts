import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { signUp, type TestPerson } from '../support/client'
import { startProxy } from '../support/proxy'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'
import { openTab } from './session'

let server: TestServer
let ada: TestPerson
let grace: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  grace = await signUp(server, 'Grace')
})

afterAll(() => server.stop())

const here = () => ({ url: server.url, origin: server.url })

async function openChannel(): Promise<string> {
  const input = { kind: 'private' as const, name: newId(), memberIds: [grace.user.id] }
  const { conversation } = await ada.trpc.conversations.create.mutate(input)
  return conversation.id
}

async function open(tab: ReturnType<typeof openTab>, conversationId: string): Promise<void> {
  await until(() => tab.session.list.find(conversationId))
  tab.session.windows.open(conversationId)
  await until(() => tab.session.timelines.opened(conversationId)?.status === 'ready')
  const { members } = await tab.session.list.caches.conversations.members.fetch({ conversationId })
  tab.session.members.loaded(conversationId, members)
}

describe('two clients on a real server', () => {
  test('talk both ways, in one order, and see each other’s ticks', async () => {
    const id = await openChannel()
    using a = openTab(ada, here())
    using b = openTab(grace, here())
    await Promise.all([open(a, id), open(b, id)])
    a.session.outbox.write(id, 'Hello')
    await until(() => b.bodies(id).includes('Hello'))
    b.session.outbox.write(id, 'Hello yourself')
    await until(() => a.bodies(id).length === 2)
    expect(a.bodies(id)).toEqual(['Hello', 'Hello yourself'])
    expect(b.bodies(id)).toEqual(['Hello', 'Hello yourself'])
    await until(() => a.shown(id)[0]?.state === 'read', { what: 'an answer is proof of reading' })
    await until(() => b.shown(id)[1]?.state === 'delivered')
    a.attentive = true
    a.session.reading.shown(id, b.shown(id)[1]?.seq ?? 0)
    expect(a.session.list.find(id)?.unread).toBe(0)
    await until(() => b.shown(id)[1]?.state === 'read')
  })

  test('an id is the same from the keystroke to the echo, and nothing is left in the outbox', async () => {
    const id = await openChannel()
    using a = openTab(ada, here())
    await open(a, id)
    a.session.outbox.write(id, 'once')
    const [pending] = a.shown(id)
    await until(
      () =>
        a.session.timelines.get(id)?.messages.length === 1 &&
        a.session.outbox.store.getState().pending.length === 0,
    )
    expect(a.shown(id).map((message) => message.id)).toEqual([pending?.id ?? ''])
    expect(await a.kept.all()).toEqual([])
  })

  test('what was missed while the line was cut is caught up, and what was typed goes out once', async () => {
    const id = await openChannel()
    using proxy = startProxy(server.url)
    using a = openTab(ada, here())
    using b = openTab(grace, { url: proxy.url, origin: server.url })
    await Promise.all([open(a, id), open(b, id)])
    await until(() => b.session.connection.store.getState().state === 'online')
    proxy.cut()
    await until(() => b.session.connection.store.getState().state === 'offline')
    for (const body of ['one', 'two', 'three']) a.session.outbox.write(id, body)
    await until(() => a.shown(id).every(({ state }) => state !== 'queued' && state !== 'sending'))
    for (const body of ['four', 'five']) b.session.outbox.write(id, body)
    await until(
      () =>
        b
          .shown(id)
          .map(({ state }) => state)
          .join() === 'queued,queued',
    )
    proxy.mend()
    b.session.returned()
    await until(() => a.bodies(id).length === 5 && b.bodies(id).length === 5)
    expect(b.bodies(id)).toEqual(['one', 'two', 'three', 'four', 'five'])
    expect(a.bodies(id)).toEqual(b.bodies(id))
    const held = (tab: typeof a) => tab.session.timelines.get(id)?.held
    await until(() => held(a) === held(b) && b.session.outbox.store.getState().pending.length === 0)
    expect(b.bodies(id)).toEqual(a.bodies(id))
  }, 20_000)

  test('a message whose answer was lost is sent again under its id and is there once', async () => {
    const id = await openChannel()
    using proxy = startProxy(server.url)
    using b = openTab(grace, { url: proxy.url, origin: server.url })
    await open(b, id)
    const swallow = proxy.swallowAnswersTo('the lost one')
    b.session.outbox.write(id, 'the lost one')
    const stored = () => ada.trpc.messages.history.query({ conversationId: id })
    await until(async () => (await stored()).messages.length === 1)
    swallow.release()
    proxy.cut()
    proxy.mend()
    b.session.returned()
    await until(() => b.session.outbox.store.getState().pending.length === 0)
    expect(b.bodies(id)).toEqual(['the lost one'])
    expect((await stored()).messages).toHaveLength(1)
  })

  test('an outbox left behind by a closed tab goes out from the next one, in order', async () => {
    const id = await openChannel()
    using proxy = startProxy(server.url)
    const first = openTab(grace, { url: proxy.url, origin: server.url })
    await open(first, id)
    proxy.cut()
    for (const body of ['one', 'two', 'three']) first.session.outbox.write(id, body)
    await until(async () => (await first.kept.all()).length === 3)
    first.session.stop()
    using second = openTab(grace, { ...here(), kept: first.kept })
    await open(second, id)
    await until(() => second.session.outbox.store.getState().pending.length === 0)
    expect(second.bodies(id)).toEqual(['one', 'two', 'three'])
    expect(await first.kept.all()).toEqual([])
  })

  test('a refusal for good keeps the text and says why', async () => {
    const id = await openChannel()
    using b = openTab(grace, here())
    await open(b, id)
    b.session.outbox.write(id, 'x'.repeat(8_001))
    await until(() => b.shown(id)[0]?.state === 'failed')
    expect(b.shown(id)[0]?.failure?.sentence).toContain('at most 8000')
    expect(b.session.drafts.get(id)).toHaveLength(8_001)
    expect(await b.kept.all()).toHaveLength(1)
  })

  test('somebody added learns of the conversation, somebody removed loses it', async () => {
    const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: newId() })
    const { id } = conversation
    using b = openTab(grace, here())
    await until(() => b.session.connection.store.getState().state === 'online' && b.session.list.loaded)
    await ada.trpc.conversations.addMembers.mutate({ conversationId: id, userIds: [grace.user.id] })
    await until(() => b.session.list.find(id))
    await ada.trpc.messages.send.mutate({ id: newId(), conversationId: id, body: 'Welcome' })
    await until(() => b.session.list.find(id)?.unread === 1)
    await open(b, id)
    expect(b.bodies(id)).toEqual(['Welcome'])
    expect(b.session.timelines.get(id)?.notes.map(({ type }) => type)).toEqual(['created', 'joined'])
    await ada.trpc.conversations.removeMember.mutate({ conversationId: id, userId: grace.user.id })
    await until(() => b.session.list.find(id) === undefined)
    expect(b.session.timelines.get(id)).toBeUndefined()
  })

  test('opening with more unread than a page goes to the first of them, and to the latest from there', async () => {
    const id = await openChannel()
    const send = () => ada.trpc.messages.send.mutate({ id: newId(), conversationId: id, body: 'x' })
    await Promise.all(Array.from({ length: 120 }, send))
    using b = openTab(grace, here())
    await open(b, id)
    const numbers = () => b.shown(id).map(({ number }) => number)
    expect(b.session.timelines.opened(id)?.readNumber).toBe(0)
    expect(numbers()[0]).toBe(1)
    expect(b.session.timelines.get(id)?.lastNumber).toBe(120)
    b.session.windows.loadNewer(id)
    await until(() => numbers().length > 50)
    await b.session.windows.jumpToLatest(id)
    expect(numbers().at(-1)).toBe(120)
    b.session.windows.loadOlder(id)
    await until(() => numbers().length === 100)
    expect(numbers()[0]).toBe(21)
  })

  test('an edit and a deletion reach a window that was loaded before them', async () => {
    const id = await openChannel()
    const sent = { id: newId(), conversationId: id, body: 'tpyo' }
    await ada.trpc.messages.send.mutate(sent)
    using b = openTab(grace, here())
    await open(b, id)
    await ada.trpc.messages.edit.mutate({ id: sent.id, body: 'typo' })
    await until(() => b.bodies(id)[0] === 'typo')
    await ada.trpc.messages.delete.mutate({ id: sent.id })
    await until(() => b.bodies(id).length === 0)
  })

  test('reading on one device is read on the other', async () => {
    const id = await openChannel()
    using first = openTab(grace, here())
    using second = openTab(grace, here())
    await Promise.all([open(first, id), open(second, id)])
    await ada.trpc.messages.send.mutate({ id: newId(), conversationId: id, body: 'News' })
    await until(() => first.session.list.find(id)?.unread === 1 && second.session.list.find(id)?.unread === 1)
    first.attentive = true
    first.session.reading.shown(id, first.shown(id)[0]?.seq ?? 0)
    await until(() => second.session.list.find(id)?.unread === 0)
  })

  test('a session that was ended elsewhere is doubted, and the outbox keeps what is typed', async () => {
    const leaver = await signUp(server, 'Joan')
    const { conversation } = await leaver.trpc.conversations.create.mutate({ kind: 'private', name: newId() })
    using tab = openTab(leaver, here())
    await open(tab, conversation.id)
    await leaver.trpc.accounts.logOut.mutate()
    await until(() => tab.doubts > 0)
    tab.session.outbox.write(conversation.id, 'for later')
    await until(async () => (await tab.kept.all()).length === 1)
    expect(tab.shown(conversation.id).map(({ state }) => state)).not.toContain('failed')
  })
})
