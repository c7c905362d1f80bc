import { expect, test } from 'bun:test'
import { newId } from '../../src/lib/ids'
import { conversationChannel } from '../../src/live/channels'
import { Hub } from '../../src/live/hub'
import { createReaders } from '../../src/sync/readers'
import type { LiveEvent } from '../../src/sync/schema'
import { signUp, type TestPerson } from '../support/client'
import { startTestServer } from '../support/server'
import { until } from '../support/until'

test('whoever comes in is told nothing as held that happened after it was read', async () => {
  await using server = await startTestServer()
  const ada = await signUp(server, 'Ada')
  const ben = await signUp(server, 'Ben')
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'old' })
  const conversationId = conversation.id
  const readers = createReaders(server.deps)
  // Read once for each of the ways in which the news may come; what happens in between happens once.
  let happened: Promise<unknown> | null = null
  const happen = async () => {
    await ada.trpc.conversations.rename.mutate({ conversationId, name: 'new' })
    await ada.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'first' })
  }
  const hub = new Hub({
    ...server.deps,
    readers: {
      ...readers,
      async conversation(userId, id) {
        const read = await readers.conversation(userId, id)
        happened ??= happen()
        await happened
        return read
      },
    },
  })
  const [adas, bens] = await Promise.all([follow(hub, ada), follow(hub, ben)])
  await ada.trpc.conversations.addMembers.mutate({ conversationId, userIds: [ben.user.id] })
  await until(() => bens.some((event) => event.type === 'digest'))
  const [, news, digest] = bens
  const asRead = { name: 'old', lastSeq: 2, lastNumber: 0, lastMessageAt: null }
  expect(news).toMatchObject({ type: 'conversation', conversation: asRead })
  expect(digest).toEqual({ type: 'digest', heads: [{ conversationId, seq: 4, number: 1 }] })
  expect(adas.map(({ type }) => type)).toEqual(['sync', 'joined', 'renamed', 'message'])
  hub.close()
})

test('a receipt that is told while somebody is being synced reaches them after it', async () => {
  await using server = await startTestServer()
  const ada = await signUp(server, 'Ada')
  const { conversation } = await ada.trpc.conversations.create.mutate({ kind: 'private', name: 'ticks' })
  const channel = conversationChannel(conversation.id)
  const receipt = {
    type: 'receipt',
    conversationId: conversation.id,
    userId: ada.user.id,
    delivered: 1,
    read: 1,
    readNumber: 0,
  }
  const readers = createReaders(server.deps)
  let told = false
  const hub = new Hub({
    ...server.deps,
    readers: {
      ...readers,
      async heads(userId) {
        const heads = await readers.heads(userId)
        // The first one who comes makes the room; to the second it happens between the read and the following.
        if (told) {
          server.deps.bus.publish(channel, JSON.stringify(receipt))
          await Bun.sleep(0)
        }
        return heads
      },
    },
  })
  await follow(hub, ada)
  told = true
  const events = await follow(hub, ada)
  expect(events.map(({ type }) => type)).toEqual(['sync', 'receipt'])
  hub.close()
})

async function follow(hub: Hub, { user }: TestPerson): Promise<LiveEvent[]> {
  const events: LiveEvent[] = []
  await hub.open({ userId: user.id, sessionId: newId() }).attach({
    follow: () => false,
    unfollow() {},
    end() {},
    send: (payload) => void events.push(JSON.parse(payload)),
  })
  return events
}
