import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { prependPage } from '../../client/messages/timeline'
import type { LogEvent } from '../../src/sync/schema'
import { type Change, changes, Log } from './log'
import { scripted } from './scripted'

describe('after the first sync of a page', () => {
  test('what was delivered is only followed, without a request', async () => {
    const rig = scripted()
    rig.put(logOf(5))
    await rig.synced()
    expect(rig.asked('messages.history')).toEqual([])
    expect(rig.session.timelines.get('c')).toMatchObject({ held: 5, lastNumber: 5, messages: [] })
  })

  test('what was not is loaded, the newest conversation first, four at a time, and acknowledged when it is there', async () => {
    const rig = scripted()
    for (let n = 1; n <= 9; n++) rig.put(logOf(3, `c${n}`, n), { delivered: 1 })
    rig.hold()
    await rig.sync()
    await rig.release(0)
    expect(rig.asked('messages.history')).toEqual(['c9', 'c8', 'c7', 'c6'])
    await rig.timing.pass(1_000)
    expect(rig.asked('receipts.update')).toEqual([])
    await rig.release(1)
    expect(rig.asked('messages.history')).toEqual(['c9', 'c8', 'c7', 'c6', 'c5'])
    for (let turn = 0; turn < 9; turn++) await rig.release(4)
    await rig.timing.pass(100)
    expect(rig.asked('receipts.update')).toHaveLength(1)
    expect(rig.session.timelines.get('c1')?.messages).toHaveLength(3)
  })

  test('a conversation that one is no longer in is gone', async () => {
    const rig = scripted()
    rig.put(logOf(1))
    rig.put(logOf(1, 'd'))
    await rig.synced()
    rig.places.delete('d')
    await rig.synced()
    expect(rig.session.list.all().map(({ id }) => id)).toEqual(['c'])
    expect(rig.session.timelines.get('d')).toBeUndefined()
  })

  test('one that is new is in the list', async () => {
    const rig = scripted()
    rig.put(logOf(1))
    await rig.synced()
    rig.put(logOf(2, 'd'), { read: 0 })
    await rig.synced()
    expect(rig.session.list.find('d')?.unread).toBe(2)
  })
})

describe('a hole', () => {
  test('is filled from the server before what came past it is shown', async () => {
    const { rig, log } = await following(3)
    const [, second] = [log.add({ kind: 'send' }), log.add({ kind: 'send' })]
    await rig.session.engine.receive(second)
    expect(rig.session.timelines.get('c')).toMatchObject({ held: 3, head: 5 })
    await rig.settled()
    expect(numbers(rig)).toEqual([4, 5])
    expect(rig.session.list.find('c')).toMatchObject({ unread: 2, lastSeq: 5 })
  })

  test('at the end is found by the digest', async () => {
    const { rig, log } = await following(3)
    log.add({ kind: 'send' })
    await rig.session.engine.receive({ type: 'digest', heads: [{ conversationId: 'c', seq: 4, number: 4 }] })
    await rig.settled()
    expect(numbers(rig)).toEqual([4])
  })

  test('is asked for until the server can answer', async () => {
    const { rig, log } = await following(3)
    log.add({ kind: 'send' })
    rig.failNext(3)
    await rig.synced()
    expect(rig.asked('sync.range')).toHaveLength(4)
    expect(numbers(rig)).toEqual([4])
  })

  test('is asked for anew when an older page comes first: what happened since that page is not lost', async () => {
    const { rig, log } = await following(60)
    await rig.session.windows.loadNewest('c')
    const before = log.page(log.head, { before: 11, limit: 50 })
    const edit = log.add({ kind: 'edit', which: 0 })
    await rig.session.engine.receive(edit)
    log.add({ kind: 'send' })
    rig.hold()
    await rig.session.engine.receive(log.add({ kind: 'send' }))
    rig.session.timelines.change('c', (timeline) => prependPage(timeline, before))
    rig.session.engine.paged('c', before)
    for (let turn = 0; turn < 3; turn++) await rig.release(4)
    const { held, messages = [] } = rig.session.timelines.get('c') ?? {}
    expect({ held, edited: messages.find(({ editedAt }) => editedAt !== null)?.number }).toEqual({
      held: 63,
      edited: 1,
    })
  })

  test('of up to 1,000 events is filled in pages of 200', async () => {
    const { rig, log } = await following(3)
    for (let n = 0; n < 1_000; n++) log.add({ kind: 'send' })
    await rig.synced()
    expect(rig.asked('sync.range')).toHaveLength(5)
    expect(rig.session.list.find('c')?.unread).toBe(1_000)
  })

  test('of more is a reset to the newest page', async () => {
    const { rig, log } = await following(3)
    for (let n = 0; n < 1_001; n++) log.add({ kind: 'send' })
    await rig.synced()
    expect(rig.asked('sync.range')).toEqual([])
    expect(numbers(rig)).toEqual(Array.from({ length: 50 }, (_, n) => 955 + n))
    expect(rig.session.list.find('c')).toMatchObject({ unread: 1_001, lastSeq: 1_004 })
  })
})

test('another epoch drops everything and loads it anew', async () => {
  const { rig } = await following(9)
  rig.places.clear()
  rig.put(logOf(2), { delivered: 0, read: 0 })
  rig.restore('second')
  await rig.synced()
  expect(numbers(rig)).toEqual([1, 2])
  expect(rig.session.list.find('c')).toMatchObject({ lastSeq: 2, unread: 2 })
})

test('being removed takes the conversation away, unless one is back already', async () => {
  const { rig, log } = await following(3)
  const left: LogEvent = {
    conversationId: 'c',
    seq: 4,
    actorId: 'u',
    at: '2026-11-23T09:00:00.000Z',
    type: 'left',
    userId: 'me',
  }
  log.add({ kind: 'note' })
  log.add({ kind: 'note' })
  await rig.session.engine.receive({ type: 'conversation', conversation: rig.entry('c') })
  await rig.session.engine.receive(left)
  expect(rig.session.list.find('c')).toBeDefined()
  await rig.session.engine.receive({ ...left, seq: 6 })
  expect(rig.session.list.find('c')).toBeUndefined()
  expect(rig.session.timelines.get('c')).toBeUndefined()
})

test('an event of a type from the future takes its place and is passed over', async () => {
  const { rig, log } = await following(3)
  const future = { ...log.add({ kind: 'note' }), type: 'pinned' } as unknown as LogEvent
  await rig.session.engine.receive(future)
  await rig.session.engine.receive(log.add({ kind: 'send' }))
  expect(rig.session.timelines.get('c')).toMatchObject({ held: 5, notes: [] })
  expect(rig.asked('sync.range')).toEqual([])
})

test('list and timeline end as a fresh load, whatever is lost, doubled or cut', async () => {
  const fate = fc.constantFrom('live', 'lost', 'twice', 'reconnect', 'open', 'older')
  await fc.assert(
    fc.asyncProperty(changes, fc.array(fate, { maxLength: 40 }), async (history, fates) => {
      const rig = scripted()
      const log = new Log([])
      rig.put(log)
      await rig.synced()
      for (const [index, change] of history.entries())
        await happen(rig, log.add(change), fates[index] ?? 'live')
      rig.put(log, { delivered: 0, read: 0 })
      await rig.synced()
      const fresh = scripted()
      fresh.put(log, { delivered: 0, read: 0 })
      fresh.session.windows.open('c')
      await fresh.synced()
      expect(rig.session.list.find('c')).toEqual(fresh.session.list.find('c') ?? rig.entry('c'))
      const from = rig.session.timelines.get('c')?.from ?? 1
      expect(rig.session.timelines.get('c')?.messages).toEqual(log.messages().slice(from - 1))
    }),
    { numRuns: 60 },
  )
}, 60_000)

type Rig = ReturnType<typeof scripted>

async function happen(rig: Rig, event: LogEvent, fate: string): Promise<void> {
  const { engine, windows } = rig.session
  switch (fate) {
    case 'twice':
      await engine.receive(event)
      return engine.receive(event)
    case 'live':
      return engine.receive(event)
    case 'reconnect':
      return rig.synced()
    case 'open':
      windows.open('c')
      return rig.settled()
    case 'older':
      windows.loadOlder('c')
      return rig.settled()
  }
}

async function following(count: number) {
  const rig = scripted()
  const log = logOf(count)
  rig.put(log)
  await rig.synced()
  return { rig, log }
}

/** A log of as many messages; `day` says how new it is. */
function logOf(count: number, id = 'c', day = 1): Log {
  const history: Change[] = Array.from({ length: count }, () => ({ kind: 'send' }))
  return new Log(history, { id, day })
}

function numbers(rig: Rig): number[] {
  return rig.session.timelines.get('c')?.messages.map(({ number }) => number) ?? []
}
