import { describe, test } from 'bun:test'
import { C } from './logged'
import { conversation } from './story'
import { expectBroken, expectHeld } from './verdict'

describe('I3: one event everywhere', () => {
  test('a client that applied another event than the database has', () => {
    const story = conversation().ends()
    story.entry('applied', ({ device, seq }) => device === 'ben/1' && seq === 3).what = 'message other'
    expectBroken(story, 'I3', 'ben/1', 'message other', 'seq 3', 'message m2')
  })

  test('a client that was told of an event that is not there: published, and never committed', () => {
    const story = conversation()
    story.live('ben/1', { seq: 5, kind: 'sent', subjectId: 'ghost' })
    expectBroken(story.ends(), 'I3', 'ben/1', 'was told "message ghost" as seq 5', 'no event')
  })

  test('a joining that is somebody else’s there', () => {
    const story = conversation().adds('eve', 'ada').ends()
    story.entry('applied', ({ seq }) => seq === 5).what = 'joined ben'
    expectBroken(story, 'I3', 'joined ben', 'joined eve')
  })

  test('a message is the same event whether it was sent or read again after an edit', () => {
    const story = conversation().edits('m1', 'better').deletes('m1')
    story.reset('ben/1', 4)
    story.applies('ben/1', { seq: 5, kind: 'deleted', subjectId: 'm1' })
    story.applies('ben/1', { seq: 6, kind: 'deleted', subjectId: 'm1' })
    expectHeld(story.ends())
  })
})

describe('I4: one row per message', () => {
  test('two rows under one id', () => {
    const story = conversation()
    story.log('sent', 'ada', 'm1')
    story.conversation.lastNumber = 4
    story.database.messages.push({ ...story.message('m1'), number: 4, seq: 5 })
    expectBroken(story, 'I4', 'm1', '2 times', '2, 5')
  })
})

describe('I4, I5: applied once and in order', () => {
  test('an event applied twice', () => {
    const story = conversation()
    story.applies('ben/1', { seq: 3, kind: 'sent', subjectId: 'm2' })
    expectBroken(story.ends(), 'I4', 'ben/1', 'seq 3', 'it held 4')
  })

  test('an event applied again after a declared step back', () => {
    const story = conversation()
    story.reset('ben/1', 2)
    story.applies('ben/1', { seq: 3, kind: 'sent', subjectId: 'm2' })
    story.applies('ben/1', { seq: 4, kind: 'sent', subjectId: 'm3' })
    expectHeld(story.ends())
  })

  test('an event applied past a hole', () => {
    const story = conversation()
    story.remove(story.entry('applied', ({ device, seq }) => device === 'ben/1' && seq === 3))
    expectBroken(story.ends(), 'I5', 'ben/1', 'seq 4', 'it held 2')
  })

  test('a page far ahead is a declared step, and a step that passes over events is not', () => {
    const story = conversation()
    story.reset('ben/1', 0)
    story.reset('ben/1', 4)
    expectHeld(story.ends())
    story.reset('ben/1', 2)
    story.reset('ben/1', 4, true)
    expectBroken(story, 'I5', 'ben/1', 'from seq 2 to 4')
  })

  test('a device that is opened again starts wherever it is', () => {
    const story = conversation().closes('ben/1').opens('ben/1')
    story.reset('ben/1', 2)
    story.applies('ben/1', { seq: 3, kind: 'sent', subjectId: 'm2' })
    story.closes('ben/1').opens('ben/1')
    story.reset('ben/1', 4)
    expectHeld(story.ends())
  })

  test('two devices, and two conversations of one device, have each their own place', () => {
    const story = conversation().opens('ben/2')
    story.sends('ada/1')
    const elsewhere = { ...story.entry('applied'), device: 'ben/2', conversationId: 'x' }
    for (const seq of [1, 2]) story.entries.push({ ...elsewhere, seq, what: 'message x' })
    expectHeld(story.ends())
  })
})

describe('I5: dense in the database', () => {
  test('a seq that is missing', () => {
    const story = conversation()
    story.database.events.splice(2, 1)
    expectBroken(story, 'I5', `log of ${C}`, '1 to 4', '3 missing')
  })

  test('seqs that are missing at the end', () => {
    const story = conversation()
    story.conversation.lastSeq = 7
    expectBroken(story, 'I5', '1 to 7', '5 to 7 missing')
  })

  test('a log that goes beyond its head', () => {
    const story = conversation()
    story.conversation.lastSeq = 3
    expectBroken(story, 'I5', '1 to 3', 'goes on to 4')
  })

  test('a seq that is there twice', () => {
    const story = conversation()
    const [, , third] = story.database.events
    if (third !== undefined) story.database.events.push({ ...third })
    expectBroken(story, 'I5', '3 is there twice')
  })

  test('a log that begins before 1', () => {
    const story = conversation()
    const event = { conversationId: C, seq: 0, kind: 'renamed', actorId: 'ada', subjectId: null }
    story.database.events.push(event)
    expectBroken(story, 'I5', '0 is there')
  })

  test('a number that is missing, and one that is there twice', () => {
    const story = conversation()
    story.message('m2').number = 3
    expectBroken(story, 'I5', 'numbers 1 to 3', '2 missing')
    expectBroken(story, 'I5', '3 is there twice')
  })

  test('numbers that do not rise with the seqs', () => {
    const story = conversation()
    Object.assign(story.message('m1'), { number: 2 })
    Object.assign(story.message('m2'), { number: 1 })
    expectBroken(story, 'I5', 'number 2 has seq 2', 'number 1 seq 3')
  })

  test('a message that the log does not know', () => {
    const story = conversation()
    Object.assign(story.database.events[2] ?? {}, { subjectId: 'other' })
    expectBroken(story, 'I5', 'm2', 'not what seq 3')
  })

  test('a sending in the log without its message', () => {
    const story = conversation()
    story.log('sent', 'ada', 'gone')
    expectBroken(story, 'I5', 'no message', `${C} 5`)
  })

  test('events that are no sendings have no number', () => {
    expectHeld(conversation().adds('eve', 'ada').edits('m1', 'better').removes('eve', 'ada').ends())
  })
})
