import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { BODY_MAX } from '../../src/lib/limits'
import { signUp, type TestPerson } from '../support/client'
import { rawSocket } from '../support/raw-socket'
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

/** Beyond what the system keeps for a connection on this machine, which comes before our own buffer. */
const MESSAGES_MAX = 6_000

// Under these ids an event is published on a native topic, and sent to the socket by itself.
for (const [how, id] of [
  ['published to', '1'],
  ['sent to', '"nine"'],
])
  test(`a socket that events are ${how}, and that never reads, is closed; nobody else notices, and its person catches up`, async () => {
    const { conversation } = await ada.trpc.conversations.create.mutate({
      kind: 'private',
      name: 'flood',
      memberIds: [ben.user.id],
    })
    using adas = await ada.connect()
    using deaf = await rawSocket(server, ben)
    deaf.say(`{"id":${id},"method":"subscription","params":{"path":"sync.events"}}`)
    await until(() => deaf.text().includes('"sync"'))
    deaf.stopReading()
    expect(server.deps.hub.isOnline(ben.user.id)).toBe(true)

    const body = 'x'.repeat(BODY_MAX)
    const bodies: string[] = []
    while (server.deps.hub.isOnline(ben.user.id) && bodies.length < MESSAGES_MAX) {
      const batch = Array.from({ length: 50 }, (_, n) => `${bodies.length + n} ${body}`.slice(0, BODY_MAX))
      const send = (text: string) =>
        ada.trpc.messages.send.mutate({ id: newId(), conversationId: conversation.id, body: text })
      await Promise.all(batch.map(send))
      bodies.push(...batch)
    }
    expect(server.deps.hub.isOnline(ben.user.id)).toBe(false)

    // What it got before is the beginning, without a hole: nothing followed what was dropped.
    await deaf.readToEnd()
    const got = [...deaf.text().matchAll(/"message":\{[^}]*?"seq":(\d+)/g)].map(([, seq]) => Number(seq))
    expect(got.length).toBeGreaterThan(0)
    expect(got).toEqual(got.map((_, index) => (got[0] ?? 0) + index))
    await until(() => adas.bodies(conversation.id).length === bodies.length)
    expect(adas.bodies(conversation.id).toSorted()).toEqual(bodies.toSorted())

    using again = await ben.connect()
    const sync = await again.next((event) => event.type === 'sync')
    const head = adas.events.findLast((event) => event.type === 'message')
    expect(sync.heads.find(({ conversationId }) => conversationId === conversation.id)).toMatchObject({
      seq: head?.seq,
      number: bodies.length,
    })
  }, 60_000)
