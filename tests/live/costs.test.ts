import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import postgres from 'postgres'
import { frame } from '../../src/http/frames'
import { newId } from '../../src/lib/ids'
import { CURSORS_PER_CALL, PAGE_MAX } from '../../src/lib/limits'
import { conversationChannel } from '../../src/live/channels'
import type { SignedIn } from '../../verify/front-door'
import { closeBuses, connect, listen } from '../support/buses'
import { client } from '../support/client'
import { type CountedInstance, startCounted } from '../support/counted'
import { createConversation, createPeople } from '../support/people'
import { testDatabase } from '../support/postgres'
import { hasRedis, startRedis } from '../support/redis'
import { manyMessages, seed } from '../support/seed'
import { type Tab, tab } from '../support/tab'
import { until } from '../support/until'
import { countWords } from '../support/words'

/**
 * What things cost, counted where no slow machine can blur it. These are the numbers of today and no more: whoever needs
 * fewer lowers them here, and who needs more says why.
 */
const STATEMENTS = {
  /** Who is asking. Remembered for seconds, and shared by those who ask together. */
  session: 1,
  /** `send_messages` checks, writes and answers. It is its own transaction, so no BEGIN and no COMMIT go round. */
  send: 1,
  /** In each of the queue's two lanes the first to come is alone on its way; all that came meanwhile are in the next. */
  sendsAtOnce: { toOne: 2, toMany: 4 },
  /** Membership, messages, events and head must be of one moment: one statement, without a transaction around it. */
  history: 1,
  range: 1,
  /** The conversations, and who is in the direct ones. */
  list: 1,
  /** Heads are read, then their channels heard, then the heads read again: what came in between is not missed. */
  firstTab: 2,
  /** All its channels are heard already. */
  nextTab: 1,
  /** Whether they are a member, and the tick's one UPDATE, which all who read share. */
  receipt: 2,
  /** An event comes by the bus with all that is in it: who listens reads nothing. */
  event: 0,
}
/** Of a `message` event with 100 characters, in its frame: 582 bytes, and 5 % to grow in. */
const FRAME_BYTES = 611

const SESSION = /FROM sessions/
const BODY = 'x'.repeat(100)

let databaseUrl: string
let sql: postgres.Sql
let instance: CountedInstance

beforeAll(async () => {
  databaseUrl = await testDatabase()
  sql = postgres(databaseUrl, { max: 1 })
  instance = await startCounted({ databaseUrl })
}, 20_000)
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await sql.end()
})

let groups = 0
/** So many people with a session each, in a conversation of their own. */
async function group(size: number) {
  groups += 1
  const people = await createPeople(sql, size, `g${groups}p`)
  const [first] = people
  if (first === undefined) throw new Error('nobody is there')
  return { people, first, conversationId: await createConversation(sql, people) }
}

/** Somebody in so many conversations. */
async function joiner(conversations: number) {
  const { first, conversationId } = await group(1)
  const conversationIds = [conversationId]
  for (let n = 1; n < conversations; n++) conversationIds.push(await createConversation(sql, [first]))
  return { person: first, conversationIds }
}

const as = ({ cookie }: SignedIn, where = instance) => client(where, { cookie })

function send(person: SignedIn, conversationId: string, where = instance) {
  return as(person, where).messages.send.mutate({ id: newId(), conversationId, body: BODY })
}

/** What PostgreSQL was asked meanwhile, but for who is asking. */
async function asked(work: () => Promise<unknown>): Promise<string[]> {
  instance.reset()
  await work()
  return instance.statements.said.filter((text) => !SESSION.test(text))
}

describe('of statements', () => {
  test('one asks who somebody is who makes twenty requests at once', async () => {
    const { first } = await group(1)
    instance.reset()
    await Promise.all(Array.from({ length: 20 }, () => as(first).accounts.me.query({})))
    expect(instance.statements.said.filter((text) => SESSION.test(text))).toHaveLength(STATEMENTS.session)
  })

  test('a send is one, and no transaction around it', async () => {
    const { first, conversationId } = await group(2)
    const texts = await asked(() => send(first, conversationId))
    expect(texts).toHaveLength(STATEMENTS.send)
    expect(texts[0]).toContain('send_messages')
  })

  for (const [conversations, most] of [
    [1, STATEMENTS.sendsAtOnce.toOne],
    [10, STATEMENTS.sendsAtOnce.toMany],
  ] as const)
    test(`a hundred sends that come at once share a few, in however many conversations: ${conversations}`, async () => {
      const { person, conversationIds } = await joiner(conversations)
      await send(person, conversationIds[0] ?? '')
      const texts = await asked(async () => {
        instance.statements.hold()
        const sends = Array.from({ length: 100 }, (_, n) =>
          send(person, conversationIds[n % conversations] ?? ''),
        )
        try {
          await until(() => instance.counts.submitted === sends.length, { within: 3_000 })
        } finally {
          instance.statements.release()
        }
        await Promise.all(sends)
      })
      expect(texts.length).toBeLessThanOrEqual(most)
      expect(texts.every((text) => text.includes('send_messages'))).toBe(true)
    })

  test('a page of history is one, near and far, and so is a range, short and long', async () => {
    const { first, conversationId } = await group(1)
    await seed(instance, { conversationId, messages: manyMessages(300, [first.user.id]) })
    const { messages, sync } = as(first)
    for (const place of [{}, { before: 101 }, { after: 100 }, { around: 50 }]) {
      const page = { conversationId, limit: 50, ...place }
      expect(await asked(() => messages.history.query(page))).toHaveLength(STATEMENTS.history)
    }
    for (const limit of [1, PAGE_MAX])
      expect(await asked(() => sync.range.query({ conversationId, after: 1, limit }))).toHaveLength(
        STATEMENTS.range,
      )
  })

  for (const conversations of [1, 5, 50]) {
    test(`the list takes as many, however long: ${conversations}`, async () => {
      const { person } = await joiner(conversations)
      const texts = await asked(async () => {
        const list = await as(person).conversations.list.query({})
        expect(list.conversations).toHaveLength(conversations)
      })
      expect(texts).toHaveLength(STATEMENTS.list)
    })

    test(`a tab takes as many until its sync, in however many conversations, and the next tab fewer: ${conversations}`, async () => {
      const { person } = await joiner(conversations)
      // The history's name is asked for once in the life of an instance.
      using _ = await tab(instance, (await group(1)).first)
      using stack = new DisposableStack()
      const open = async () => void stack.use(await tab(instance, person))
      expect(await asked(open)).toHaveLength(STATEMENTS.firstTab)
      expect(await asked(open)).toHaveLength(STATEMENTS.nextTab)
    })
  }

  test('a receipt takes as many for one message as for fifty, and for fifty conversations', async () => {
    const { person, conversationIds } = await joiner(CURSORS_PER_CALL)
    for (const conversationId of conversationIds)
      await seed(instance, { conversationId, messages: manyMessages(51, [person.user.id]) })
    const read = (ids: string[], seq: number) =>
      asked(async () => {
        await as(person).receipts.update.mutate({
          cursors: ids.map((conversationId) => ({ conversationId, read: seq })),
        })
        await until(() => instance.counts.bus.length === ids.length)
      })
    expect(await read(conversationIds.slice(0, 1), 2)).toHaveLength(STATEMENTS.receipt)
    expect(await read(conversationIds.slice(0, 1), 51)).toHaveLength(STATEMENTS.receipt)
    expect(await read(conversationIds, 52)).toHaveLength(STATEMENTS.receipt)
  }, 20_000)
})

describe('an event', () => {
  /** A message of the first of them, which every tab has got. */
  async function tell(tabs: Tab[], { first, conversationId }: { first: SignedIn; conversationId: string }) {
    instance.reset()
    const { id } = await as(first).messages.send.mutate({ id: newId(), conversationId, body: BODY })
    await until(() => tabs.every((each) => each.frames.some((text) => text.includes(id))))
    return instance.counts
  }

  for (const size of [1, 10, 100])
    test(`is serialised, published and read once, for however many sockets: ${size}`, async () => {
      const there = await group(size)
      using stack = new DisposableStack()
      const tabs = await Promise.all(there.people.map((person) => tab(instance, person)))
      for (const each of tabs) stack.use(each)
      using words = countWords('message')
      const { bus, native, single } = await tell(tabs, there)
      expect(bus).toHaveLength(1)
      expect(native.map(({ text }) => text)).toEqual([frame.data(1, bus[0]?.payload ?? '')])
      expect([words.written, words.read]).toEqual([1, 1])
      expect(single).toEqual([])
      expect(tabs.map(({ frames }) => frames.at(-1))).toEqual(tabs.map(() => native[0]?.text))
    }, 20_000)

  for (const each of [1, 10])
    test(`goes once to all sockets of a subscription id up to 8, however many, and to each beyond: ${each}`, async () => {
      const there = await group(4 * each)
      using stack = new DisposableStack()
      const ids = [1, 2, 8, 'nine']
      const tabs = await Promise.all(
        there.people.map((person, n) => tab(instance, person, ids[n % ids.length])),
      )
      for (const one of tabs) stack.use(one)
      const { bus, native, single } = await tell(tabs, there)
      const payload = bus[0]?.payload ?? ''
      expect(bus).toHaveLength(1)
      expect(native.map(({ text }) => text).toSorted()).toEqual(
        [1, 2, 8].map((id) => frame.data(id, payload)),
      )
      expect(single).toEqual(Array(each).fill(frame.data('nine', payload)))
    })

  test('has no more bytes than it had', async () => {
    const there = await group(1)
    using mine = await tab(instance, there.first)
    const { native } = await tell([mine], there)
    expect(Buffer.byteLength(native[0]?.text ?? '')).toBeLessThanOrEqual(FRAME_BYTES)
  })

  test.skipIf(!hasRedis)(
    'goes once through Redis, and another instance asks nobody about it',
    async () => {
      const redis = await startRedis()
      await using stack = new AsyncDisposableStack()
      stack.defer(() => redis.stop())
      stack.defer(closeBuses)
      const start = async () => stack.use(await startCounted({ databaseUrl, redisUrl: redis.url }))
      const [near, far] = [await start(), await start()]
      const { first, people, conversationId } = await group(10)
      const tabs = await Promise.all(people.map((person, n) => tab(n % 2 === 0 ? near : far, person)))
      for (const each of tabs) stack.use(each)
      const witness = await connect(redis.url)
      const heard = listen(witness)
      await witness.subscribe([conversationChannel(conversationId)])
      near.reset()
      far.reset()
      for (let n = 1; n <= 3; n++) {
        const { id } = await send(first, conversationId, near)
        await until(() => [...tabs.map(({ frames }) => frames), heard].every((texts) => holds(texts, id)))
      }
      // Of one publisher in order: had one gone twice, it would have come before the next.
      expect(heard).toHaveLength(3)
      expect(near.counts.native).toHaveLength(3)
      expect(far.counts.native).toEqual(near.counts.native)
      expect(far.statements.said).toHaveLength(3 * STATEMENTS.event)
    },
    20_000,
  )
})

function holds(texts: string[], part: string): boolean {
  return texts.some((text) => text.includes(part))
}
