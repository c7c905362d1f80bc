import { describe, expect, test } from 'bun:test'
import { Backoff } from '../../client/lib/backoff'
import { createIdSource } from '../../client/lib/ids'
import { Limiter } from '../../client/lib/limiter'
import { Problem } from '../../client/lib/problem'
import { Naps } from '../../client/lib/timing'
import { Drafts } from '../../client/messages/drafts'
import { Acknowledger } from '../../client/receipts/acknowledger'
import { Connection } from '../../client/sync/connection'
import { TypingNotifier } from '../../client/typing/notifier'
import { Typists } from '../../client/typing/typists'
import { newId } from '../../src/lib/ids'
import { fakeTiming, settle } from './clock'

const longest = () => 0.999_999

describe('the backoff of the socket', () => {
  test('does not wait for the first open, about a second for the first retry, and 15 s at most', () => {
    const backoff = new Backoff(fakeTiming(0, longest))
    const delays = Array.from({ length: 9 }, () => Math.round(backoff.nextDelay() / 1_000))
    expect(delays).toEqual([0, 1, 2, 4, 8, 15, 15, 15, 15])
  })

  test('remembers what went before a socket that lived less than five seconds', async () => {
    const timing = fakeTiming(0, longest)
    const backoff = new Backoff(timing)
    const live = async (ms: number) => {
      backoff.opened()
      await timing.pass(ms)
      backoff.closed()
      return Math.round(backoff.nextDelay() / 1_000)
    }
    backoff.nextDelay()
    expect([await live(4_900), await live(4_900), await live(4_900)]).toEqual([1, 2, 4])
    expect(await live(5_000)).toBe(1)
    expect(await live(9_000)).toBe(1)
  })

  test('spreads: any time up to the limit', () => {
    const backoff = new Backoff(fakeTiming(0, () => 0))
    expect([backoff.nextDelay(), backoff.nextDelay(), backoff.nextDelay()]).toEqual([0, 0, 0])
  })
})

test('a nap ends by itself or by a wake, once', async () => {
  const timing = fakeTiming()
  const naps = new Naps(timing)
  const ended: string[] = []
  void naps.sleep(1_000).then(() => ended.push('short'))
  void naps.sleep(60_000).then(() => ended.push('long'))
  await timing.pass(1_000)
  expect(ended).toEqual(['short'])
  naps.wakeAll()
  await timing.pass(60_000)
  expect(ended).toEqual(['short', 'long'])
})

test('ids are UUIDs of version 7 that rise, also within a millisecond and when the clock goes back', () => {
  let now = 1_700_000_000_000
  const next = createIdSource(() => now)
  const ids = Array.from({ length: 5_000 }, next)
  now -= 60_000
  ids.push(next())
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a limiter runs four at a time, and lets somebody who is waited for go first', async () => {
  const limiter = new Limiter(4)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const task = (n: number) => () => {
    begun.push(n)
    return new Promise<void>((end) => ends.push(end))
  }
  for (const n of [1, 2, 3, 4, 5]) void limiter.run(task(n))
  void limiter.run(task(6), 'first')
  await settle()
  expect(begun).toEqual([1, 2, 3, 4])
  ends[0]?.()
  await settle()
  expect(begun).toEqual([1, 2, 3, 4, 6])
})

describe('the connection', () => {
  test('is offline after two seconds without a socket, never for a blip', async () => {
    const timing = fakeTiming()
    const connection = new Connection(timing)
    const state = () => connection.store.getState().state
    connection.up()
    connection.down()
    await timing.pass(1_900)
    expect(state()).toBe('connecting')
    connection.up()
    await timing.pass(10_000)
    expect(state()).toBe('online')
    connection.down()
    connection.down()
    await timing.pass(2_000)
    expect(state()).toBe('offline')
    expect(timing.waiting).toBe(0)
  })
})

describe('typing', () => {
  test('is told at most every two seconds', async () => {
    const timing = fakeTiming()
    const told: string[] = []
    const notifier = new TypingNotifier(timing, async (id) => told.push(id))
    for (let ms = 0; ms < 5_000; ms += 100) {
      notifier.typed('c')
      await timing.pass(100)
    }
    expect(told).toHaveLength(3)
  })

  test('ends after six seconds unless renewed, and with a message', async () => {
    const timing = fakeTiming()
    const typists = new Typists(timing)
    const now = () => typists.store.getState().byId.c
    typists.typing('c', 'bob')
    typists.typing('c', 'carl')
    await timing.pass(5_000)
    typists.typing('c', 'bob')
    await timing.pass(1_000)
    expect(now()).toEqual(['bob'])
    typists.stopped('c', 'bob')
    expect(now()).toEqual([])
    expect(timing.waiting).toBe(0)
  })
})

describe('acknowledging', () => {
  test('says the farthest of each conversation, once a second, delivered and read in one call', async () => {
    const { timing, calls, acknowledger } = acknowledging()
    acknowledger.delivered('c', 1)
    acknowledger.read('c', 1, 0)
    acknowledger.delivered('c', 3)
    await timing.pass(100)
    acknowledger.delivered('c', 2)
    acknowledger.delivered('d', 7)
    await timing.pass(900)
    expect(calls).toEqual([[{ conversationId: 'c', delivered: 3, read: 1 }]])
    await timing.pass(1_000)
    expect(calls[1]).toEqual([{ conversationId: 'd', delivered: 7, read: 0 }])
  })

  test('names at most fifty in a call', async () => {
    const { timing, calls, acknowledger } = acknowledging()
    for (let n = 0; n < 120; n++) acknowledger.delivered(`c${n}`, 1)
    await timing.pass(5_000)
    expect(calls.map((cursors) => cursors.length)).toEqual([50, 50, 20])
  })

  test('tries again what failed, without the conversation that is gone', async () => {
    const problems = [
      new Problem('away', { status: 503 }),
      new Problem('gone', { status: 404, field: 'cursors.0.conversationId' }),
    ]
    const { timing, calls, acknowledger } = acknowledging(problems)
    acknowledger.delivered('gone', 4)
    acknowledger.delivered('c', 5)
    await timing.pass(20_000)
    expect(calls.map((cursors) => cursors.map(({ conversationId }) => conversationId))).toEqual([
      ['gone', 'c'],
      ['gone', 'c'],
      ['c'],
    ])
  })
})

describe('a draft', () => {
  test('is there after a reload, and gone once it is sent', async () => {
    const timing = fakeTiming()
    const user = newId()
    const drafts = new Drafts(user, timing)
    drafts.set('c', 'half a thou')
    drafts.set('c', 'half a thought')
    await timing.pass(300)
    expect(new Drafts(user, timing).get('c')).toBe('half a thought')
    expect(new Drafts(newId(), timing).get('c')).toBe('')
    drafts.take('c')
    expect(new Drafts(user, timing).get('c')).toBe('')
  })

  test('is kept at once when the page is left', () => {
    const user = newId()
    const drafts = new Drafts(user, fakeTiming())
    drafts.set('c', 'in a hurry')
    drafts.saveAll()
    expect(new Drafts(user, fakeTiming()).get('c')).toBe('in a hurry')
  })

  test('gets a refused text back unless another was begun, and lets it go with the message', () => {
    const drafts = new Drafts(newId(), fakeTiming())
    const message = { id: 'm', conversationId: 'c', body: 'refused' }
    drafts.restore(message)
    expect(drafts.get('c')).toBe('refused')
    drafts.release('m')
    expect(drafts.get('c')).toBe('')
    drafts.set('c', 'another')
    drafts.restore(message)
    expect(drafts.get('c')).toBe('another')
    expect(drafts.take('c')).toBeNull()
  })

  test('that came from a refused message replaces it when it is sent', () => {
    const drafts = new Drafts(newId(), fakeTiming())
    drafts.restore({ id: 'm', conversationId: 'c', body: 'refused' })
    drafts.set('c', 'refused, but shorter')
    expect(drafts.take('c')).toBe('m')
    expect(drafts.take('c')).toBeNull()
  })

  test('marks its conversation, with the same set until a mark comes or goes', () => {
    const drafts = new Drafts(newId(), fakeTiming())
    const { read } = drafts.marks
    const before = read()
    drafts.set('c', 'a')
    const marked = read()
    drafts.set('c', 'ab')
    expect([before.has('c'), marked.has('c'), read() === marked]).toEqual([false, true, true])
  })
})

type Cursors = { conversationId: string; delivered: number; read: number }[]

function acknowledging(problems: Problem[] = []) {
  const timing = fakeTiming()
  const calls: Cursors[] = []
  const acknowledger = new Acknowledger({
    timing,
    async update(cursors) {
      calls.push(cursors)
      const problem = problems.shift()
      if (problem !== undefined) throw problem
    },
  })
  return { timing, calls, acknowledger }
}
