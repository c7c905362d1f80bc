import { describe, test } from 'bun:test'
import { C } from './logged'
import { conversation } from './story'
import { expectBroken, expectHeld } from './verdict'

const looked = () =>
  conversation().looks('ben', { delivered: 2, read: 2 }).looks('ben', { delivered: 4, read: 2 }).ends()

/** What the row of ben says at the end. */
function atTheEnd(story: ReturnType<typeof looked>, cursors: { delivered: number; read: number }) {
  Object.assign(story.database.members.find(({ userId }) => userId === 'ben') ?? {}, cursors)
  return story
}

describe('I10: cursors', () => {
  test('rise, or stay', () => {
    expectHeld(atTheEnd(looked(), { delivered: 4, read: 4 }))
  })

  test('delivered goes back', () => {
    const story = atTheEnd(looked().looks('ben', { delivered: 3, read: 2 }), { delivered: 4, read: 4 })
    expectBroken(story, 'I10', `ben in ${C}`, 'delivered went back from 4 to 3')
  })

  test('read goes back, at the very end', () => {
    expectBroken(atTheEnd(looked(), { delivered: 4, read: 1 }), 'I10', 'ben', 'read went back from 2 to 1')
  })

  test('read is beyond delivered', () => {
    const story = atTheEnd(looked().looks('ben', { delivered: 3, read: 4 }), { delivered: 4, read: 4 })
    expectBroken(story, 'I10', 'ben', 'read 4, delivered 3')
  })

  test('delivered is beyond the head of that moment', () => {
    const story = atTheEnd(looked().looks('ben', { delivered: 4, read: 2, head: 3 }), {
      delivered: 4,
      read: 4,
    })
    expectBroken(story, 'I10', 'delivered 4, head 3')
  })

  test('read is below nothing', () => {
    const story = conversation().looks('ben', { delivered: 2, read: -1 })
    expectBroken(story, 'I10', 'read -1')
  })

  test('a rejoining moves them to the head, and each person has their own', () => {
    const story = looked().removes('ben', 'ada').adds('ben', 'ada')
    story.looks('ben', { delivered: 6, read: 6 }).looks('ada', { delivered: 1, read: 1 })
    expectHeld(atTheEnd(story, { delivered: 6, read: 6 }).ends())
  })

  test('a rejoining moves them back', () => {
    const story = looked().removes('ben', 'ada').adds('ben', 'ada')
    expectBroken(
      story.looks('ben', { delivered: 1, read: 1 }),
      'I10',
      'ben',
      'delivered went back from 4 to 1',
    )
  })
})
