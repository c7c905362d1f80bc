import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  appendPage,
  applyEvent,
  emptyTimeline,
  hasNewer,
  hasOlder,
  prependPage,
  raiseHead,
  replaceWindow,
  resetTo,
  skipTo,
  type Timeline,
} from '../../client/messages/timeline'
import { keepNewest, keepOldest, shrink } from '../../client/messages/window'
import { changes, Log } from './log'

const LIMIT = 4

/** One thing that happens to a client. Pages and ranges may have been read long ago: their answers were slow. */
type Step =
  | { kind: 'publish'; count: number }
  | { kind: 'live'; event: number }
  | { kind: 'older' | 'newer' | 'newest' | 'range' | 'reset'; age: number }
  | { kind: 'around'; age: number; number: number }
  | { kind: 'trim'; oldest: boolean; max: number }
  | { kind: 'shrink'; max: number }

const age = fc.nat(6)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 4 }) }),
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('live' as const), event: fc.nat() }) },
    fc.record({ kind: fc.constantFrom('older' as const, 'newer', 'newest', 'range', 'reset'), age }),
    fc.record({ kind: fc.constant('around' as const), age, number: fc.nat() }),
    fc.record({
      kind: fc.constant('trim' as const),
      oldest: fc.boolean(),
      max: fc.integer({ min: 1, max: 6 }),
    }),
    fc.record({ kind: fc.constant('shrink' as const), max: fc.integer({ min: 1, max: 6 }) }),
  ),
  { maxLength: 60, size: 'max' },
)

describe('a timeline', () => {
  test('ends in what a fresh load shows, whatever came in whatever order, twice, late or never', () => {
    fc.assert(
      fc.property(changes, steps, fc.nat(), (history, story, start) => {
        const log = new Log(history)
        let head = start % (log.head + 1)
        let timeline = emptyTimeline(head, log.messages(head).length)
        for (const step of story) {
          if (step.kind === 'publish') head = Math.min(log.head, head + step.count)
          else timeline = take(timeline, step, { log, head })
          expectWindow(timeline, log)
        }
        timeline = catchUp(raiseHead(timeline, log.head), log)
        expectFresh(timeline, log)
      }),
      { numRuns: 3_000 },
    )
  })

  test('does not change when everything is applied a second time', () => {
    fc.assert(
      fc.property(changes, (history) => {
        const log = new Log(history)
        const timeline = log.events.reduce(applyEvent, emptyTimeline(0, 0))
        expect(log.events.reduce(applyEvent, timeline)).toBe(timeline)
      }),
    )
  })

  test('an event that is older than the page it comes after takes nothing back', () => {
    const log = new Log([{ kind: 'send' }, { kind: 'edit', which: 0 }, { kind: 'edit', which: 0 }])
    const edited = replaceWindow(emptyTimeline(1, 1), log.page(3, { limit: LIMIT }))
    const first = log.events[1]
    if (first === undefined) throw new Error('no event')
    expect(applyEvent(edited, first).messages).toEqual(log.messages())
  })

  test('takes no event past a hole, and knows that there is one', () => {
    const log = new Log([{ kind: 'send' }, { kind: 'send' }, { kind: 'send' }])
    const [first, , third] = log.events
    if (first === undefined || third === undefined) throw new Error('no events')
    const timeline = applyEvent(applyEvent(emptyTimeline(0, 0), first), third)
    expect(timeline).toMatchObject({ held: 1, head: 3, to: 1 })
  })

  test('pages to the beginning, and knows when it is there', () => {
    const log = new Log(Array.from({ length: 10 }, () => ({ kind: 'send' as const })))
    let timeline = replaceWindow(emptyTimeline(10, 10), log.page(10, { limit: LIMIT }))
    const lengths = [timeline.messages.length]
    while (hasOlder(timeline)) {
      timeline = prependPage(timeline, log.page(10, { before: timeline.from, limit: LIMIT }))
      lengths.push(timeline.messages.length)
    }
    expect(lengths).toEqual([4, 8, 10])
  })

  test('shows what was said before the first message, also where nobody has written yet', () => {
    const log = new Log([{ kind: 'note' }])
    const timeline = replaceWindow(emptyTimeline(1, 0), log.page(1, { limit: LIMIT }))
    expect(hasOlder(timeline)).toBe(false)
    expect(timeline.notes).toHaveLength(1)
  })

  test('a page for a place the window has left is dropped', () => {
    const log = new Log(Array.from({ length: 30 }, () => ({ kind: 'send' as const })))
    const timeline = replaceWindow(emptyTimeline(30, 30), log.page(30, { limit: LIMIT }))
    expect(prependPage(timeline, log.page(30, { before: 10, limit: LIMIT }))).toBe(timeline)
    expect(appendPage(shrink(timeline, 2), log.page(30, { after: 3, limit: LIMIT })).messages).toHaveLength(2)
  })
})

function take(
  timeline: Timeline,
  step: Exclude<Step, { kind: 'publish' }>,
  server: { log: Log; head: number },
): Timeline {
  const { log, head } = server
  if (step.kind === 'live') {
    const event = log.events[step.event % Math.max(1, head)]
    return event === undefined || event.seq > head ? timeline : applyEvent(timeline, event)
  }
  if (step.kind === 'trim') return (step.oldest ? keepOldest : keepNewest)(timeline, step.max)
  if (step.kind === 'shrink') return shrink(timeline, step.max)
  const at = Math.max(0, head - step.age)
  switch (step.kind) {
    case 'older': {
      if (timeline.from <= 1) return timeline
      const { from: before } = timeline
      return prependPage(timeline, log.page(Math.max(at, birth(log, before - 1)), { before, limit: LIMIT }))
    }
    case 'newer': {
      if (!hasNewer(timeline)) return timeline
      const { to: after } = timeline
      return appendPage(timeline, log.page(Math.max(at, birth(log, after)), { after, limit: LIMIT }))
    }
    case 'newest':
      return replaceWindow(timeline, log.page(at, { limit: LIMIT }))
    case 'reset':
      return resetTo(log.page(at, { limit: LIMIT }))
    case 'around': {
      const number = 1 + (step.number % Math.max(1, log.messages(at).length))
      return replaceWindow(timeline, log.page(at, { around: number, limit: LIMIT }))
    }
    case 'range':
      return applyRange(timeline, log, at)
  }
}

/** A page is asked for by a number, so it is at least as new as the message with that number. */
function birth(log: Log, number: number): number {
  return log.messages()[number - 1]?.seq ?? 0
}

function applyRange(timeline: Timeline, log: Log, at: number): Timeline {
  const range = log.range(Math.max(at, timeline.held), timeline.held, LIMIT)
  return skipTo(range.events.reduce(applyEvent, timeline), range.upTo)
}

function catchUp(behind: Timeline, log: Log): Timeline {
  let timeline = behind
  while (timeline.held < timeline.head) timeline = applyRange(timeline, log, log.head)
  return timeline
}

/** Always: the window has no gap, and `from` and `to` are what it holds. */
function expectWindow({ messages, from, to }: Timeline, log: Log): void {
  expect(messages.map(({ number }) => number)).toEqual(
    log
      .messages()
      .slice(from - 1, to)
      .map(({ number }) => number),
  )
}

function expectFresh(timeline: Timeline, log: Log): void {
  const { messages, notes, from, to, held, lastNumber } = timeline
  expect({ held, lastNumber }).toEqual({ held: log.head, lastNumber: log.messages().length })
  expect(messages).toEqual(log.messages().slice(from - 1, to))
  // Notes above the first message may be there or not: they come with its page. The others all are, and no stranger is.
  const first = timeline.reachedStart ? 1 : (messages[0]?.seq ?? Number.POSITIVE_INFINITY)
  const next = log.messages()[to]?.seq ?? Number.POSITIVE_INFINITY
  const expected = log.notes().filter(({ seq }) => seq >= first && seq < next)
  expect(notes.filter(({ seq }) => seq >= first)).toEqual(expected)
  expect(log.notes()).toEqual(expect.arrayContaining(notes))
}
