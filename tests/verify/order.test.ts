import { describe, test } from 'bun:test'
import { conversation, type Story } from './story'
import { expectBroken, expectHeld } from './verdict'

/** Two messages whose sends were under way at the times given; the second one got the lower seq. */
function crossed(first: [number, number], second: [number, number]): Story {
  const story = conversation()
  const [late, early] = [story.writes('ada/1', 'one'), story.writes('ben/1', 'two')]
  const two = story.stores('ben/1', early, 'two')
  const one = story.stores('ada/1', late, 'one')
  story.answers('ada/1', { ...one, startedAt: 0 })
  story.answers('ben/1', { ...two, startedAt: 0 })
  Object.assign(sendOf(story, late), { startedAt: first[0], endedAt: first[1] })
  Object.assign(sendOf(story, early), { startedAt: second[0], endedAt: second[1] })
  return story.ends()
}

describe('I6: one sender’s order', () => {
  test('what was written first has the higher seq', () => {
    const story = conversation()
    const [first, second] = [story.writes('ada/1', 'one'), story.writes('ada/1', 'two')]
    story.stores('ada/1', second, 'two')
    story.stores('ada/1', first, 'one')
    expectBroken(story.ends(), 'I6', `ada/1 wrote ${first} (seq 6)`, `before ${second} (seq 5)`)
  })

  test('what was refused and sent again later may come later', () => {
    const story = conversation()
    const [first, second] = [story.writes('ada/1', 'one'), story.writes('ada/1', 'two')]
    story.fails('ada/1', { id: first, body: 'one', status: 403 })
    story.stores('ada/1', second, 'two')
    expectHeld(story.ends())
  })

  test('two devices of one person, and two people, have no order between them', () => {
    const story = conversation().opens('ada/2')
    const [first, second, third] = [
      story.writes('ada/1', 'one'),
      story.writes('ada/2', 'two'),
      story.writes('ben/1', 'three'),
    ]
    story.stores('ben/1', third, 'three')
    story.stores('ada/2', second, 'two')
    story.stores('ada/1', first, 'one')
    expectHeld(story.ends())
  })

  test('what got lost on the way is no order', () => {
    const story = conversation()
    const owed = story.writes('ada/1', 'one')
    story.sends('ada/1')
    expectHeld(story.ends({ 'ada/1': [owed] }))
  })
})

describe('I7: answered before another began', () => {
  test('and has the higher seq', () => {
    expectBroken(crossed([1_000, 1_100], [1_101, 1_200]), 'I7', 'm4 was answered with seq 6', 'm5')
  })

  test('both under way at the same time may come in any order', () => {
    expectHeld(crossed([1_000, 1_100], [1_050, 1_200]))
  })

  test('one that began in the very moment of the other’s answer may too', () => {
    expectHeld(crossed([1_000, 1_100], [1_100, 1_200]))
  })

  test('a message begins with its first attempt, whatever came of it', () => {
    const story = crossed([1_000, 1_100], [1_101, 1_200])
    story.fails('ben/1', { id: 'm5', body: 'two', status: null })
    Object.assign(
      story.entry('send', ({ outcome }) => outcome === 'unknown'),
      { startedAt: 900, endedAt: 1_000 },
    )
    expectHeld(story)
  })

  test('a message is answered with its first answer, not with that to a retry', () => {
    const story = crossed([1_000, 1_100], [1_101, 1_200])
    const again = { ...sendOf(story, 'm4'), startedAt: 1_150, endedAt: 1_300 }
    story.entries.push(again)
    expectBroken(story, 'I7', 'm4')
  })

  test('one that was stored without an answer has its seq from the database', () => {
    const story = crossed([1_000, 1_100], [1_101, 1_200])
    Object.assign(sendOf(story, 'm5'), { outcome: 'unknown', seq: null, number: null, status: null })
    expectBroken(story, 'I7', 'm5 began, which has 5')
  })

  test('an attempt to use its id in another conversation is none of it', () => {
    const story = crossed([1_000, 1_100], [1_101, 1_200])
    const nothing = { outcome: 'refused', seq: null, number: null, status: 409 } as const
    story.entries.unshift({ ...sendOf(story, 'm5'), conversationId: 'elsewhere', ...nothing })
    expectBroken(story, 'I7', 'm4 was answered with seq 6', 'm5')
  })

  test('other conversations have seqs of their own', () => {
    const story = crossed([1_000, 1_100], [1_101, 1_200])
    for (const id of ['m4', 'm5']) story.remove(sendOf(story, id))
    expectHeld(story)
  })
})

function sendOf(story: Story, id: string) {
  return story.entry('send', (entry) => entry.id === id)
}
