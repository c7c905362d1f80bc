import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Sequencer } from '../../src/live/sequencer'
import type { LogEvent } from '../../src/sync/schema'
import { until } from '../support/until'

const conversationId = '018f3b1e-0000-7000-8000-000000000000'

function event(seq: number): LogEvent {
  return { type: 'created', conversationId, seq, actorId: conversationId, at: '2026-01-01T00:00:00.000Z' }
}

/** A log of `length` events and a sequencer that reads it; `head` is what is committed so far. */
function open(length: number) {
  const dispatched: number[] = []
  const log = { head: length, reads: 0 }
  const sequencer = new Sequencer({
    dispatch: ({ seq }) => dispatched.push(seq),
    read: async (after) => {
      log.reads += 1
      const upTo = Math.min(log.head, after + 200)
      return Array.from({ length: Math.max(0, upTo - after) }, (_, index) => event(after + 1 + index))
    },
    onError: (error) => {
      throw error
    },
  })
  const offer = (seq: number) => sequencer.offer(event(seq), JSON.stringify(event(seq)))
  return { sequencer, dispatched, log, offer }
}

const upTo = (length: number) => Array.from({ length }, (_, index) => index + 1)

test('however a bus loses, doubles and reorders, each event is dispatched once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }).chain((length) =>
        fc.record({
          length: fc.constant(length),
          arrivals: fc.array(fc.integer({ min: 1, max: length }), { maxLength: 80 }),
        }),
      ),
      async ({ length, arrivals }) => {
        const { sequencer, dispatched, offer } = open(length)
        sequencer.start(0)
        for (const seq of arrivals) offer(seq)
        sequencer.expect(length)
        await until(() => dispatched.length >= length)
        expect(dispatched).toEqual(upTo(length))
        sequencer.close()
      },
    ),
    { numRuns: 40 },
  )
})

test('what overtakes is put back in order without a read', async () => {
  const { sequencer, dispatched, log, offer } = open(4)
  sequencer.start(0)
  for (const seq of [2, 1, 4, 3]) offer(seq)
  expect(dispatched).toEqual([1, 2, 3, 4])
  expect(log.reads).toBe(0)
  sequencer.close()
})

test('what comes before the head is known is kept, and dispatched only beyond the head', () => {
  const { sequencer, dispatched, offer } = open(3)
  for (const seq of [3, 1, 2]) offer(seq)
  expect(dispatched).toEqual([])
  sequencer.start(1)
  expect(dispatched).toEqual([2, 3])
  sequencer.close()
})

test('a hole longer than a page is read in pages', async () => {
  const { sequencer, dispatched, offer } = open(1_000)
  sequencer.start(0)
  offer(1_000)
  await until(() => dispatched.length === 1_000)
  expect(dispatched).toEqual(upTo(1_000))
  sequencer.close()
})

test('a head that does not exist is asked for and forgotten', async () => {
  const { sequencer, dispatched, log, offer } = open(2)
  sequencer.start(2)
  sequencer.expect(9)
  await until(() => log.reads === 1)
  log.head = 3
  offer(3)
  expect(dispatched).toEqual([3])
  sequencer.close()
})
