import fc from 'fast-check'

/** What one person has unread in one conversation, in the fewest words: nothing waits here, and nothing is told. */
export interface Place {
  /** Messages there are. */
  last: number
  read: number
  /** The first that is marked as unread. */
  from: number | null
  /** Whether the person is in the conversation. */
  here: boolean
}

export const begun: Place = { last: 0, read: 0, from: null, here: true }

export const sentByOneself = ({ last }: Place): Place => ({
  last: last + 1,
  read: last + 1,
  from: null,
  here: true,
})
export const sentByOthers = (place: Place): Place => ({ ...place, last: place.last + 1 })
export const marked = (place: Place, from: number): Place => ({ ...place, from })
export const left = (place: Place): Place => ({ ...place, here: false })
export const joined = ({ last }: Place): Place => ({ last, read: last, from: null, here: true })

export function read(place: Place, upTo: number): Place {
  return { ...place, read: Math.max(place.read, upTo), from: null }
}

export function unread({ last, read: upTo, from }: Place): number {
  return Math.max(0, last - Math.min(upTo, (from ?? Number.POSITIVE_INFINITY) - 1))
}

export const KINDS = ['own', 'other', 'read', 'mark', 'edit', 'delete', 'leave', 'join'] as const

/** One thing that happens: what, on which device, by way of which instance, and about which message. */
export interface Act {
  kind: (typeof KINDS)[number]
  device: number
  instance: number
  which: number
}

const WEIGHTS = { own: 3, other: 5, read: 6, mark: 5, edit: 1, delete: 1, leave: 1, join: 4 }

/** `DEVICES` of one person; the other person needs no device. */
export const DEVICES = 3

export const act: fc.Arbitrary<Act> = fc.record(
  {
    kind: fc.oneof(...KINDS.map((kind) => ({ weight: WEIGHTS[kind], arbitrary: fc.constant(kind) }))),
    device: fc.nat(DEVICES - 1),
    instance: fc.nat(1),
    which: fc.nat(1_000),
  },
  { noNullPrototype: true },
)
