import { expect, test } from 'bun:test'
import { Problem } from '../../client/lib/problem'
import { Acknowledger } from '../../client/receipts/acknowledger'
import type { Head } from '../../src/sync/schema'
import { fakeTiming } from '../client/clock'

function acknowledging(problems: Problem[] = []) {
  const timing = fakeTiming()
  const calls: object[][] = []
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

function head(part: Partial<Head>): Head {
  const at = { seq: 9, number: 9, delivered: 9, read: 9, readNumber: 9 }
  return { conversationId: 'c', ...at, unreadFrom: null, unreadVersion: 0, ...part }
}

test('what the server lost with a process is said again on the next sync, and only that', async () => {
  const { timing, calls, acknowledger } = acknowledging()
  acknowledger.read('c', 9, 4)
  await timing.pass(5_000)
  acknowledger.read('c', 9, 4)
  acknowledger.heard(head({}))
  acknowledger.heard(head({ unreadFrom: 3, unreadVersion: 5 }))
  await timing.pass(5_000)
  expect(calls).toEqual([[{ conversationId: 'c', delivered: 9, read: 9 }]])
  for (const lost of [{ read: 8 }, { delivered: 8 }, { unreadFrom: 3, unreadVersion: 4 }]) {
    acknowledger.heard(head(lost))
    await timing.pass(5_000)
    expect(calls.pop()).toEqual([{ conversationId: 'c', delivered: 9, read: 9, unreadVersion: 4 }])
    expect(calls).toHaveLength(1)
  }
  acknowledger.startAfresh()
  acknowledger.heard(head({ read: 1 }))
  await timing.pass(5_000)
  expect(calls).toHaveLength(1)
})

test('a mark that is read again is said, though no cursor moves', async () => {
  const { timing, calls, acknowledger } = acknowledging()
  for (const version of [0, 0, 3, 3, 4]) {
    acknowledger.read('c', 9, version)
    await timing.pass(5_000)
  }
  expect(calls).toHaveLength(3)
})

test('a reading that failed names the mark it knew of, unless it is said anew or was refused for another', async () => {
  const problems = [
    new Problem('away', { status: 503 }),
    new Problem('gone', { status: 404, field: 'cursors.0.conversationId' }),
    new Problem('away', { status: 503 }),
  ]
  const { timing, calls, acknowledger } = acknowledging(problems)
  acknowledger.read('c', 5, 2)
  await timing.pass(500)
  acknowledger.read('gone', 1, 0)
  acknowledger.read('c', 7, 2)
  await timing.pass(20_000)
  const [first, second, third, fourth] = calls
  expect(first).toEqual([{ conversationId: 'c', delivered: 5, read: 5 }])
  expect(second).toContainEqual({ conversationId: 'c', delivered: 7, read: 7 })
  expect(third).toContainEqual({ conversationId: 'gone', delivered: 1, read: 1 })
  expect(fourth?.[0]).toHaveProperty('unreadVersion')
})

test('whoever waits for it is heard at once, also while the last call is on its way', async () => {
  const { timing, calls, acknowledger } = acknowledging()
  acknowledger.read('c', 1, 0)
  await timing.pass(100)
  acknowledger.read('c', 2, 0)
  let settled = false
  void acknowledger.settled('c').then(() => {
    settled = true
  })
  await timing.pass(0)
  expect(calls).toHaveLength(2)
  expect(settled).toBe(true)
  await acknowledger.settled('c')
  await acknowledger.settled('never heard of')
})
