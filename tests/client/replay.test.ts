import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { appRouter } from '../../src/router'
import { report } from '../support/report'
import { startTestServer, type TestServer } from '../support/server'
import { detail, outline, partOf, windowOf } from './replay-compare'
import { mutations } from './replay-mutations'
import { replayOnSockets } from './replay-sockets'
import { type Story, stories } from './replay-story'
import { World } from './replay-world'

const SEQUENCES = 460
/** Sequences that are lived at the same time, each by people of its own. */
const LANES = 4
/** A counterexample is made smaller for no longer than this, so that it is told before the test's own time is over. */
const TIME = { interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true }
/** Of those over HTTP and sockets, which wait most of the time. */
const ON_SOCKETS = 50

/** Mutations that change no conversation. */
const OTHERS = [
  'accounts.createInvite',
  'accounts.logIn',
  'accounts.logOut',
  'accounts.signUp',
  'typing.notify',
]

let server: TestServer
const totals = new Map<string, { done: number; refused: number }>()
let sequences = 0

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.stop())

describe('replay: old state + its events = a fresh load', () => {
  test('every mutation of the router that changes a conversation is replayed here', () => {
    const procedures: Record<string, unknown> = appRouter._def.procedures
    const all = Object.keys(procedures).filter((path) => isMutation(procedures[path]))
    expect([...Object.keys(mutations), ...OTHERS].sort()).toEqual(all.sort())
  })

  test.concurrent('whatever is done, refused, lost, doubled, held up or cut', async () => {
    const lane = () => fc.assert(fc.asyncProperty(stories, replay), { numRuns: SEQUENCES / LANES, ...TIME })
    await Promise.all(Array.from({ length: LANES }, lane))
    const operations = [...totals.values()].reduce((sum, { done, refused }) => sum + done + refused, 0)
    report(`${sequences} sequences replayed, ${operations} mutations: ${tell()}`)
    expect(Object.keys(mutations).filter((kind) => (totals.get(kind)?.done ?? 0) < 10)).toEqual([])
  }, 240_000)

  test.concurrent('over HTTP and sockets, in the time that it takes', async () => {
    const lane = () =>
      fc.assert(
        fc.asyncProperty(stories, (story) => replayOnSockets(server, story)),
        { numRuns: 2, endOnFailure: true },
      )
    await Promise.all(Array.from({ length: ON_SOCKETS / 2 }, lane))
    report(`${ON_SOCKETS} sequences replayed over sockets`)
  }, 240_000)
})

function isMutation(procedure: unknown): boolean {
  return typeof procedure === 'function' && Reflect.get(procedure, '_def')?.type === 'mutation'
}

async function replay(story: Story): Promise<void> {
  const world = new World(server.deps, story.pageMax)
  try {
    await world.begin(story)
    for (const step of story.steps) await world.live(step)
    await world.calmAndKnown()
    await compare(world)
    expect(world.calls.faults).toEqual([])
  } finally {
    world.stop()
    count(world)
  }
}

async function compare(world: World): Promise<void> {
  const old = world.tabs
  const fresh = world.open(200)
  const idle = () => world.calls.idle()
  const pairs = old.map((tab, index) => ({ tab, other: fresh[index] ?? tab }))
  try {
    await world.calm([...old, ...fresh])
    for (const { tab, other } of pairs) {
      const now = outline(tab)
      expect(now).toEqual(outline(other))
      for (const { id } of now.entries) {
        await other.screen.loadAll(id, idle)
        const part = windowOf(tab, id)
        expect(part).toEqual(partOf(other, id, part))
        await tab.screen.loadAll(id, idle)
      }
    }
    await world.calm([...old, ...fresh])
    for (const { tab, other } of pairs) {
      const now = outline(tab)
      expect(now).toEqual(outline(other))
      for (const { id } of now.entries) expect(detail(tab, id)).toEqual(detail(other, id))
    }
  } finally {
    for (const tab of fresh) tab.stop()
  }
}

function count(world: World): void {
  sequences += 1
  for (const [path, { done, refused }] of world.calls.outcomes) {
    const total = totals.get(path) ?? { done: 0, refused: 0 }
    totals.set(path, { done: total.done + done, refused: total.refused + refused })
  }
}

function tell(): string {
  return [...totals].map(([path, { done, refused }]) => `${path} ${done} + ${refused} refused`).join(', ')
}
