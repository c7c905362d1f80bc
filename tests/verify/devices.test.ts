import { describe, expect, test } from 'bun:test'
import { conversation, Story } from './story'
import { expectBroken, expectHeld } from './verdict'

describe('I2: members hold everything at the end', () => {
  test('a device that is behind the head', () => {
    const story = conversation().ends()
    story.entry('final', ({ device }) => device === 'ben/1').held = 3
    expectBroken(story, 'I2', 'ben/1', 'holds 3 of 4')
  })

  test('a device that shows nothing of the conversation', () => {
    const story = conversation().ends()
    story.remove(story.entry('final', ({ device }) => device === 'ben/1'))
    expectBroken(story, 'I2', 'ben/1', 'shows nothing')
  })

  test('a device of somebody who left, or was closed, owes nothing', () => {
    const story = conversation().opens('ben/2').closes('ben/2')
    story.removes('ben', 'ada')
    story.sends('ada/1')
    expectHeld(story.ends())
  })

  test('a device of somebody who came back does', () => {
    const story = conversation().removes('ben', 'ada').adds('ben', 'ada').ends()
    expectHeld(story)
    story.remove(story.entry('final', ({ device }) => device === 'ben/1'))
    expectBroken(story, 'I2', 'ben/1')
  })

  test('a message that is missing in the middle of the window', () => {
    const story = conversation().ends()
    story.entry('final').messages.splice(1, 1)
    expectBroken(story, 'I2', 'window 1 to 3 has 2 messages')
    expectBroken(story, 'I2', '"id":"m2"')
  })

  for (const [what, change] of Object.entries({
    text: { body: 'other' },
    id: { id: 'other' },
    number: { number: 7 },
    seq: { seq: 7 },
    sender: { senderId: 'eve' },
    deletion: { deleted: true },
  }))
    test(`a message that is shown with another ${what}`, () => {
      const story = conversation().ends()
      Object.assign(story.entry('final').messages[1] ?? {}, change)
      expectBroken(story, 'I2', 'ada/1', '"id":"m2"')
    })

  test('an edit that was missed', () => {
    const story = conversation().ends()
    const shown = story.entry('final').messages.map((message) => ({ ...message }))
    story.edits('m2', 'better').ends()
    expectHeld(story)
    story.entry('final', ({ held }) => held === 5).messages = shown
    expectBroken(story, 'I2', 'better')
  })

  test('a deletion that was missed', () => {
    const story = conversation().deletes('m2').ends()
    expectHeld(story)
    const [, second] = story.entry('final').messages
    Object.assign(second ?? {}, { body: 'still here', deleted: false })
    expectBroken(story, 'I2', 'still here')
  })

  test('a window that claims more than there is, or a wrong last number', () => {
    const story = conversation().ends()
    Object.assign(story.entry('final'), { to: 4 })
    expectBroken(story, 'I2', '1 to 4')
    Object.assign(story.entry('final'), { to: 3, lastNumber: 4 })
    expectBroken(story, 'I2', 'takes 4 for the last number, which is 3')
  })

  test('a window may be empty, or a part', () => {
    const story = conversation().ends()
    Object.assign(story.entry('final'), { from: 4, to: 3, messages: [] })
    const other = story.entry('final', ({ device }) => device === 'ben/1')
    Object.assign(other, { from: 2, to: 2, messages: other.messages.slice(1, 2) })
    expectHeld(story)
    expect(other.messages).toHaveLength(1)
  })

  test('what the database was not asked for is not held against anybody', () => {
    const story = conversation().ends()
    story.entries.push({ ...story.entry('final'), conversationId: 'made by a fault', held: 99 })
    story.frame('ada/1', {
      type: 'conversation',
      conversationId: 'x',
      heads: [{ conversationId: 'x', seq: 1 }],
    })
    story.frame('ada/1', { type: 'message', conversationId: 'x', seq: 2, what: 'message far away' })
    expectHeld(story)
  })
})

test('I11: what did not settle in time is told with its reason', () => {
  const story = conversation().ends()
  const detail = 'ben/1 holds 3 of 4 in c'
  story.entries.push({ kind: 'phase', at: story.now(), phase: 'unsettled', detail })
  expectBroken(story, 'I11', detail)
})

test('I11: what settled, after a fault and its heal, is fine', () => {
  const story = new Story('ada').opens('ada/1')
  for (const phase of ['fault', 'heal', 'settled'] as const)
    story.entries.push({ kind: 'phase', at: story.now(), phase, detail: '' })
  expectHeld(story.ends())
})
