import { describe, expect, test } from 'bun:test'
import {
  arrivalsAfter,
  hear,
  lastPlace,
  SILENCE,
  type Speech,
  sumUp,
  WINDOW_MS,
} from '../../client/messages/arrivals'
import type { ShownMessage, TimelineItem } from '../../client/messages/items'

describe('what a screen reader is told', () => {
  test('item 71: each message while they are few, and one sum when more than three come in two seconds', () => {
    let speech = SILENCE
    for (const seq of [1, 2, 3, 4, 5]) speech = hear(speech, [message(seq)], 10_000 + seq * 100)
    expect(said(speech)).toEqual(['m1', 'm2', 'm3'])
    expect(speech.held).toBe(2)

    speech = sumUp(speech, 10_100 + WINDOW_MS)
    expect(said(speech)).toEqual(['2 more'])
  })

  test('a message after a quiet while is said by itself again', () => {
    const before = hear(SILENCE, [message(1)], 10_000)
    expect(said(hear(before, [message(2)], 10_000 + WINDOW_MS))).toEqual(['m2'])
  })

  test('item 72: older messages that are loaded, own ones and edits are no arrivals', () => {
    const items = [5, 6, 7].map((seq) => item(message(seq)))
    const last = lastPlace(items)
    expect(arrivalsAfter([...[1, 2].map((seq) => item(message(seq))), ...items], last)).toEqual([])
    expect(arrivalsAfter([...items, item({ ...message(8), mine: true })], last)).toEqual([])
    expect(arrivalsAfter([...items, item(message(8))], last).map(({ id }) => id)).toEqual(['m8'])
  })
})

function said(speech: Speech): string[] {
  return speech.lines.map(({ message, more }) => message?.id ?? `${more} more`)
}

function message(seq: number): ShownMessage {
  return {
    id: `m${seq}`,
    senderId: 'ines',
    body: `Message ${seq}`,
    createdAt: '2026-11-23T09:00:00.000Z',
    editedAt: null,
    number: seq,
    seq,
    mine: false,
    state: null,
    since: 0,
    failure: null,
  }
}

function item(shown: ShownMessage): TimelineItem {
  return { key: shown.id, kind: 'message', message: shown, first: true }
}
