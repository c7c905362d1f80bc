import fc from 'fast-check'
import { type Choice, mutations } from './replay-mutations'

/** Somebody tries a mutation, in their tab or elsewhere: on another device, or by a program. */
export interface Deed {
  kind: string
  who: number
  elsewhere: boolean
  choice: Choice
}

/** What happens to a tab, and what its person does there. */
export type TabStep =
  | { kind: 'deliver'; count: number }
  | { kind: 'repeat' | 'show' | 'release' | 'write' | 'mark'; which: number }
  | { kind: 'lose' | 'cut' | 'connect' | 'hold' | 'hide' | 'look' | 'older' | 'slow' | 'newer' | 'latest' }

export type Step =
  /** All at the same moment. */
  | { kind: 'deeds'; deeds: Deed[] }
  | { kind: 'tab'; who: number; step: TabStep }
  | { kind: 'wait'; ms: number }
  /** Everything that was told arrives everywhere. */
  | { kind: 'calm' }

export interface Story {
  kind: 'private' | 'public'
  /** Who is in the first conversation, by bits. */
  members: number
  /** Messages written there before anybody looks, and who has read them, by bits. */
  old: number
  readBy: number
  /** Who has nothing on screen at first and has not been told anything yet, by bits. */
  late: number
  pageMax: number
  steps: Step[]
}

/** New conversations seldom: each is loaded by all who are in it. */
const WEIGHTS: Record<string, number> = {
  'messages.send': 12,
  'messages.edit': 7,
  'messages.delete': 5,
  'conversations.addMembers': 6,
  'conversations.join': 6,
  'conversations.rename': 4,
  'conversations.leave': 3,
  'conversations.removeMember': 4,
  'receipts.update': 4,
  'receipts.markUnread': 4,
}

const kinds = fc.oneof(
  ...Object.keys(mutations).map((kind) => ({
    weight: WEIGHTS[kind] ?? 1,
    arbitrary: fc.constant(kind),
  })),
)

const deed: fc.Arbitrary<Deed> = fc.record({
  kind: kinds,
  who: fc.oneof(fc.constant(0), { weight: 2, arbitrary: fc.nat(3) }),
  elsewhere: fc.boolean(),
  choice: fc.record({
    // Mostly the first conversation, where most happens.
    where: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(40)),
    whom: fc.nat(15),
    what: fc.nat(40),
  }),
})

const tabStep: fc.Arbitrary<TabStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 6 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('repeat' as const, 'show', 'show', 'release', 'release', 'write', 'mark'),
      which: fc.nat(40),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        ...(['lose', 'cut', 'connect', 'connect', 'hold', 'hide', 'look'] as const),
        ...(['older', 'slow', 'slow', 'newer', 'latest'] as const),
      ),
    }),
  },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('deeds' as const),
      deeds: fc.oneof(
        { weight: 4, arbitrary: fc.array(deed, { minLength: 1, maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(deed, { minLength: 2, maxLength: 3 }) },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('tab' as const), who: fc.nat(2), step: tabStep }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 50, max: 3_000 }) }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'calm' }) },
)

const written = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      old: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 12 })),
      pageMax: fc.constantFrom(3, 10, 200),
    }),
  },
  // Enough for an opening at the first unread one.
  fc.record({ old: fc.integer({ min: 42, max: 70 }), pageMax: fc.constantFrom(20, 50) }),
)

const first = fc.record({
  kind: fc.constantFrom('private' as const, 'public' as const),
  members: fc.oneof({ weight: 2, arbitrary: fc.constant(3) }, fc.nat(7)),
  readBy: fc.nat(7),
  late: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, fc.nat(7)),
})

export const stories: fc.Arbitrary<Story> = fc
  .tuple(first, written, fc.record({ steps: stepsOf() }))
  .map(([begin, text, rest]) => ({ ...begin, ...text, ...rest }))

function stepsOf() {
  return fc.array(step, { minLength: 5, maxLength: 24, size: 'max' })
}
