import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createIdSource } from '../../client/lib/ids'
import { type Kept, keptInMemory } from '../../client/lib/kept'
import { Problem } from '../../client/lib/problem'
import { Outbox } from '../../client/messages/outbox'
import type { KeptMessage } from '../../client/messages/outbox-state'
import type { Sent } from '../../src/messages/schema'
import { fakeTiming, settle } from './clock'

describe('the outbox', () => {
  test('shows a message at once, keeps it, and sends it then', async () => {
    const rig = await start()
    rig.outbox.write('c', 'hello')
    expect(rig.states()).toEqual(['queued'])
    await settle()
    expect(await rig.kept.all()).toMatchObject([{ body: 'hello' }])
    expect(rig.states()).toEqual(['sending'])
    rig.answer('hello')
    await settle()
    expect(rig.states()).toEqual(['sent'])
    expect(await rig.kept.all()).toEqual([])
  })

  test('has one message of a conversation on its way, and conversations side by side', async () => {
    const rig = await start()
    for (const body of ['one', 'two']) rig.outbox.write('c', body)
    rig.outbox.write('d', 'other')
    await settle()
    expect(rig.onTheWay()).toEqual(['one', 'other'])
    rig.answer('one')
    await settle()
    expect(rig.onTheWay()).toEqual(['other', 'two'])
  })

  test('tries again under the same id for as long as the outcome is unknown', async () => {
    const rig = await start()
    rig.outbox.write('c', 'hello')
    for (const status of [null, 500, 503, 429, 408]) {
      await rig.timing.pass(10_000)
      rig.fail('hello', status)
      await settle()
    }
    await rig.timing.pass(10_000)
    rig.answer('hello')
    await settle()
    expect(new Set(rig.calls.map(({ id }) => id)).size).toBe(1)
    expect(rig.calls).toHaveLength(6)
    expect(rig.states()).toEqual(['sent'])
  })

  for (const status of [400, 403, 404, 409, 413])
    test(`takes ${status} for a refusal: the text stays, the next one goes out`, async () => {
      const rig = await start()
      rig.outbox.write('c', 'bad')
      rig.outbox.write('c', 'good')
      await settle()
      rig.fail('bad', status)
      await settle()
      expect(rig.states()).toEqual(['failed', 'sending'])
      expect(rig.refused).toEqual(['bad'])
      expect(await rig.kept.all()).toMatchObject([
        { body: 'bad', failure: { sentence: 'No.' } },
        { body: 'good' },
      ])
      expect(rig.onTheWay()).toEqual(['good'])
    })

  test('sends a refused message again when asked to, after what was written since', async () => {
    const rig = await start()
    rig.outbox.write('c', 'bad')
    await settle()
    rig.fail('bad', 403)
    await settle()
    rig.outbox.write('c', 'later')
    rig.outbox.retry(rig.id('bad'))
    await settle()
    rig.answer('later')
    await settle()
    rig.answer('bad')
    await settle()
    expect(rig.calls.map(({ body }) => body)).toEqual(['bad', 'later', 'bad'])
    expect(new Set(rig.calls.filter(({ body }) => body === 'bad').map(({ id }) => id)).size).toBe(1)
  })

  test('keeps everything when the session has ended, for the next one of its person', async () => {
    const rig = await start()
    rig.outbox.write('c', 'one')
    rig.outbox.write('d', 'two')
    await settle()
    rig.fail('one', 401)
    await settle()
    expect(rig.signedOut).toBe(1)
    rig.outbox.stop()
    await rig.timing.pass(60_000)
    expect(rig.calls).toHaveLength(2)
    expect(await rig.kept.all()).toHaveLength(2)
    const next = await start({ kept: rig.kept })
    expect(next.onTheWay()).toEqual(['one', 'two'])
  })

  test('is queued, without a flicker, while nothing gets through', async () => {
    const rig = await start()
    rig.outbox.write('c', 'hello')
    await settle()
    rig.fail('hello', null)
    await settle()
    expect(rig.states()).toEqual(['queued'])
    await rig.timing.pass(10_000)
    expect(rig.onTheWay()).toEqual(['hello'])
    expect(rig.states()).toEqual(['queued'])
  })

  test('is still sending while the server only takes its time', async () => {
    const rig = await start()
    rig.outbox.write('c', 'hello')
    await settle()
    rig.fail('hello', null, { timedOut: true })
    await settle()
    expect(rig.states()).toEqual(['sending'])
  })

  test('waits as long as the server asks, and tries at once otherwise when woken', async () => {
    const rig = await start()
    rig.outbox.write('c', 'slow down')
    rig.outbox.write('d', 'cut off')
    await settle()
    rig.fail('slow down', 429, { retryAfterMs: 30_000 })
    rig.fail('cut off', null)
    await settle()
    rig.outbox.wake()
    await settle()
    expect(rig.onTheWay()).toEqual(['cut off'])
    await rig.timing.pass(30_000)
    expect(rig.onTheWay()).toEqual(['cut off', 'slow down'])
  })

  test('lets go of a message that the log shows, though its answer was lost', async () => {
    const rig = await start()
    rig.outbox.write('c', 'hello')
    rig.outbox.write('c', 'next')
    await settle()
    rig.outbox.seen([rig.id('hello')])
    await settle()
    expect(rig.states()).toEqual(['sending'])
    expect(await rig.kept.all()).toMatchObject([{ body: 'next' }])
    rig.fail('hello', null)
    await settle()
    expect(rig.states()).toEqual(['sending'])
  })

  test('goes on after a reload, in order, what failed staying failed', async () => {
    const rig = await start()
    for (const body of ['bad', 'one', 'two', 'three']) rig.outbox.write('c', body)
    await settle()
    rig.fail('bad', 413)
    await settle()
    rig.outbox.stop()
    const next = await start({ kept: rig.kept })
    next.outbox.write('c', 'four')
    expect(next.outbox.store.getState().pending.map(({ body }) => body)).toEqual([
      'bad',
      'one',
      'two',
      'three',
      'four',
    ])
    expect(next.states()).toEqual(['failed', 'sending', 'queued', 'queued', 'queued'])
  })

  test('takes back what waits, not what is on its way', async () => {
    const rig = await start()
    rig.outbox.write('c', 'going')
    rig.outbox.write('c', 'waiting')
    await settle()
    rig.outbox.discard(rig.id('going'))
    rig.outbox.discard(rig.id('waiting'))
    await settle()
    expect(rig.outbox.store.getState().pending.map(({ body }) => body)).toEqual(['going'])
    expect(await rig.kept.all()).toHaveLength(1)
  })

  test('sends all the same when the browser’s database hangs', async () => {
    const hanging: Kept<KeptMessage> = { ...keptInMemory(), put: () => new Promise(() => {}) }
    const rig = await start({ kept: hanging })
    rig.outbox.write('c', 'hello')
    await rig.timing.pass(1_000)
    expect(rig.onTheWay()).toEqual(['hello'])
  })

  test('delivers everything once and in order, whatever happens to the calls', async () => {
    const outcome = fc.constantFrom('ok', 'lost answer', 'never arrived', 'unavailable')
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (fates, count) => {
          const rig = await start()
          const stored: string[] = []
          for (let n = 0; n < count; n++) rig.outbox.write('c', `${n}`)
          for (let turn = 0; rig.states().some((state) => state !== 'sent'); turn++) {
            await rig.timing.pass(10_000)
            const [body] = rig.onTheWay()
            if (body === undefined) continue
            const fate = fates[turn] ?? 'ok'
            const arrives = fate === 'ok' || fate === 'lost answer'
            if (arrives && !stored.includes(rig.id(body))) stored.push(rig.id(body))
            if (fate === 'ok') rig.answer(body)
            else rig.fail(body, fate === 'unavailable' ? 503 : null)
            await settle()
          }
          expect(stored).toEqual(rig.outbox.store.getState().pending.map(({ id }) => id))
          expect(await rig.kept.all()).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })
})

interface Call {
  id: string
  body: string
  settled: boolean
  resolve(sent: Sent): void
  reject(problem: Problem): void
}

/** An outbox whose calls are answered by hand. */
async function start({ kept = keptInMemory<KeptMessage>() }: { kept?: Kept<KeptMessage> } = {}) {
  const timing = fakeTiming()
  const calls: Call[] = []
  const refused: string[] = []
  let number = 0
  const rig = {
    timing,
    kept,
    calls,
    refused,
    signedOut: 0,
    outbox: new Outbox({
      kept,
      timing,
      newId: createIdSource(timing.now),
      send({ id, body }) {
        const { promise, resolve, reject } = Promise.withResolvers<Sent>()
        calls.push({ id, body, settled: false, resolve, reject })
        return promise
      },
      reachable: () => true,
      onSignedOut: () => {
        rig.signedOut += 1
      },
      onRefused: ({ body }) => refused.push(body),
    }),
    states: () => rig.outbox.store.getState().pending.map(({ state }) => state),
    onTheWay: () => calls.filter(({ settled }) => !settled).map(({ body }) => body),
    id: (body: string) => calls.find((call) => call.body === body)?.id ?? pendingId(body),
    answer(body: string) {
      const call = take(body)
      number += 1
      call.resolve({ id: call.id, seq: number, number, createdAt: '2026-11-23T09:00:00.000Z' })
    },
    fail(body: string, status: number | null, details: { retryAfterMs?: number; timedOut?: boolean } = {}) {
      take(body).reject(new Problem('No.', { status, ...details }))
    },
  }
  await rig.outbox.start()
  await settle()
  return rig

  function take(body: string): Call {
    const call = calls.find((one) => one.body === body && !one.settled)
    if (call === undefined) throw new Error(`${body} is not on its way`)
    call.settled = true
    return call
  }

  function pendingId(body: string): string {
    return rig.outbox.store.getState().pending.find((message) => message.body === body)?.id ?? ''
  }
}
