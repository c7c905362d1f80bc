import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { report } from '../support/report'
import * as oracle from './oracle'
import { Device, Wire } from './wire'

const RUNS = 2_000

/** What else happens between the acts. */
const WAYS = ['follow', 'hear', 'hear', 'flush', 'head', 'list'] as const

const step = fc.record(
  { act: oracle.act, way: fc.constantFrom(...WAYS), whom: fc.nat(oracle.DEVICES - 1), how: fc.nat(1_000) },
  { noNullPrototype: true },
)

test('whatever order the news come in, and however often, the devices agree with the acts', () => {
  let acts = 0
  const property = fc.property(
    fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
    fc.infiniteStream(fc.nat(1_000)),
    (steps, chance) => {
      const wire = new Wire()
      const devices = Array.from({ length: oracle.DEVICES }, () => new Device(wire))
      let place = oracle.begun
      for (const { act, way, whom, how } of steps) {
        const after = perform(act, { wire, place, device: devices[act.device] })
        acts += after === place ? 0 : 1
        place = after
        happen(way, { wire, device: devices[whom], how })
      }
      wire.flush()
      const { last, read, from } = place
      const wanted = { lastNumber: last, readNumber: read, unreadFrom: from, unread: oracle.unread(place) }
      expect(wire.entry).toMatchObject(wanted)
      for (const device of devices) {
        device.catchUp((news) => shuffled(news, chance))
        expect(device.entry).toMatchObject(wanted)
      }
    },
  )
  fc.assert(property, { numRuns: RUNS })
  report(`unread, news in any order: ${RUNS} stories, ${acts} acts`)
}, 60_000)

interface Scene {
  wire: Wire
  device: Device | undefined
}

function perform(act: oracle.Act, { wire, place, device }: Scene & { place: oracle.Place }): oracle.Place {
  switch (act.kind) {
    case 'own':
      wire.send('ada')
      return oracle.sentByOneself(place)
    case 'other':
      wire.send('ben')
      return oracle.sentByOthers(place)
    case 'read': {
      const upTo = device?.read() ?? null
      return upTo === null ? place : oracle.read(place, upTo)
    }
    case 'mark': {
      if (place.last === 0) return place
      const from = 1 + (act.which % place.last)
      wire.mark(from)
      return oracle.marked(place, from)
    }
    case 'edit':
    case 'delete':
      wire.edit(act.which)
      return place
    case 'leave':
    case 'join':
      // The list forgets an entry with its conversation, so there is nothing of it that could be out of order.
      return place
  }
}

function happen(way: (typeof WAYS)[number], { wire, device, how }: Scene & { how: number }): void {
  if (way === 'follow') device?.follow(how % 6)
  else if (way === 'hear') device?.hear(how)
  else if (way === 'flush') wire.flush()
  else wire.ask(way)
}

function shuffled<T>(list: readonly T[], chance: Iterator<number>): T[] {
  return list
    .map((item) => ({ item, at: Number(chance.next().value) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
