import { describe, test } from 'bun:test'
import { conversation } from './story'
import { expectBroken, expectHeld } from './verdict'

const MB = 1024 * 1024
const HELD = {
  followers: 2,
  ServerWebSocket: 3,
  Timeout: 30,
  AsyncGenerator: 1,
  connections: 20,
  heap: 20 * MB,
}

type Held = Record<string, number>

/** What A holds before and after; B holds the same all the time. */
function looked(before: Held, ...after: Held[]) {
  const story = conversation().ends()
  const look = (phase: 'before' | 'after', name: string, held: Held) =>
    story.entries.push({ kind: 'resources', at: story.now(), phase, name, held: { ...HELD, ...held } })
  look('before', 'A', before)
  look('before', 'B', {})
  for (const held of after) look('after', 'A', held)
  look('after', 'B', {})
  return story
}

describe('I12: what a server holds returns', () => {
  test('to exactly what it was', () => {
    expectHeld(looked({}, {}))
  })

  for (const name of ['followers', 'ServerWebSocket', 'Timeout', 'AsyncGenerator'])
    test(`${name} that are left over`, () => {
      const is = (HELD[name as keyof typeof HELD] ?? 0) * 2
      expectBroken(looked({}, { [name]: is / 2 + 1 }), 'I12', `${name}: ${is} before, ${is + 1} after`)
    })

  test('database connections, which each server tells for all', () => {
    expectBroken(looked({}, { connections: 21 }), 'I12', 'connections: 20 before, 21 after')
  })

  test('clients may move from one server to the other', () => {
    const story = looked({}, { followers: 1, ServerWebSocket: 2 })
    story.entries.push({
      ...story.entry('resources', ({ name }) => name === 'B'),
      phase: 'after',
      at: story.now(),
    })
    const last = story.entries.at(-1)
    if (last?.kind === 'resources') last.held = { ...HELD, followers: 3, ServerWebSocket: 4 }
    expectHeld(story)
  })

  test('a client that came in between has its socket, and one that went has none', () => {
    const story = looked({}, { followers: 3, ServerWebSocket: 4 })
    const before = story.entries.findIndex((entry) => entry.kind === 'resources')
    const opened = { ...story.entry('device'), device: 'eve/1', userId: 'eve' }
    story.entries.splice(before + 2, 0, opened)
    expectHeld(story)
    story.entries.splice(before + 3, 0, { ...opened, state: 'closed' })
    expectBroken(story, 'I12', 'followers: 4 before, 5 after')
  })

  test('it counts what there is at last, not on the way', () => {
    expectHeld(looked({}, { Timeout: 40 }, { Timeout: 30 }))
  })

  test('less than before is no leak, and no look says nothing', () => {
    expectHeld(looked({}, { connections: 12, Timeout: 20, heap: 15 * MB }))
    expectHeld(conversation().ends())
  })
})

describe('I12: memory', () => {
  test('a heap that grew by more than a tenth', () => {
    expectHeld(looked({}, { heap: 22 * MB }))
    expectBroken(looked({}, { heap: 22.1 * MB }), 'I12', 'heap of A: 20.0 MB before, 22.1 MB after')
  })

  test('an RSS that rises over five cycles', () => {
    const rising = [100, 130, 140, 150, 160, 170].map((rss) => ({ rss: rss * MB }))
    expectBroken(looked({ rss: 90 * MB }, ...rising), 'I12', 'RSS of A', '6 cycles', '170.0 MB')
  })

  test('an RSS that goes up and down, or only warms up', () => {
    const waving = [100, 148, 142, 155, 144, 148].map((rss) => ({ rss: rss * MB }))
    expectHeld(looked({}, ...waving))
  })

  test('four cycles are too few to tell', () => {
    const rising = [100, 130, 160, 190].map((rss) => ({ rss: rss * MB }))
    expectHeld(looked({}, ...rising))
  })

  test('a server that was started again begins anew', () => {
    const rising = [100, 130, 140, 150, 160, 170].map((rss) => ({ rss: rss * MB }))
    const story = looked({}, ...rising)
    const index = story.entries.findLastIndex(
      (entry) => entry.kind === 'resources' && entry.held.rss === 150 * MB,
    )
    story.entries.splice(index, 0, { kind: 'process', at: 0, name: 'A', exit: 'SIGKILL', expected: true })
    expectHeld(story)
  })
})
