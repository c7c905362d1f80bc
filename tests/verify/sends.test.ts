import { describe, expect, test } from 'bun:test'
import { check } from '../../verify/check'
import { conversation, Story } from './story'
import { expectBroken, expectHeld } from './verdict'

test('a conversation in which all went well breaks nothing', () => {
  expectHeld(conversation().ends())
})

describe('I1: what was answered is there', () => {
  test('a send that is not in the database', () => {
    const story = conversation()
    story.answers('ada/1', { id: 'gone', body: 'x', startedAt: story.now(), seq: 9, number: 8 })
    expectBroken(story.ends(), 'I1', 'gone', 'seq 9')
  })

  test('a send at another seq than answered', () => {
    const story = conversation().ends()
    story.entry('send', ({ id }) => id === 'm2').seq = 2
    expectBroken(story, 'I1', 'm2', 'seq 2')
  })

  test('a send with another number than answered', () => {
    const story = conversation().ends()
    story.entry('send', ({ id }) => id === 'm2').number = 3
    expectBroken(story, 'I1', 'm2', 'number 3')
  })

  test('a send whose text is another one there', () => {
    const story = conversation()
    story.message('m1').body = 'something else'
    expectBroken(story.ends(), 'I1', 'm1', 'something else')
  })

  test('a send that is in another conversation, or somebody else’s', () => {
    const story = conversation().ends()
    story.message('m3').senderId = 'ben'
    expectBroken(story, 'I1', 'm3', 'ben')
  })

  test('an edit or a deletion since may have changed the text', () => {
    expectHeld(conversation().edits('m1', 'better').deletes('m2').ends())
  })

  test('a retry is answered with the same seq', () => {
    const story = conversation()
    const { seq, number, body } = story.message('m1')
    story.answers('ada/1', { id: 'm1', body, startedAt: story.now(), seq, number })
    expectHeld(story.ends())
  })
})

describe('I8: what failed for certain never appears', () => {
  test('a refused send that is there', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'no')
    story.fails('ada/1', { id, body: 'no', status: 403 })
    story.stores('ada/1', id, 'no')
    expectBroken(story.ends(), 'I8', id, '403', 'seq 5')
  })

  test('one that is not there', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'no')
    story.fails('ada/1', { id, body: 'no', status: 413 })
    expectHeld(story.ends())
  })

  test('an id that was refused for being somebody else’s', () => {
    const story = conversation()
    story.fails('ben/1', { id: 'm1', body: 'mine', status: 409 })
    expectHeld(story.ends())
  })
})

describe('I8: an unknown outcome appears at most once', () => {
  test('not at all, and then it was stored by another try', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'perhaps')
    story.fails('ada/1', { id, body: 'perhaps', status: null })
    story.fails('ada/1', { id, body: 'perhaps', status: 503 })
    const startedAt = story.now()
    const { seq, number } = story.stores('ada/1', id, 'perhaps')
    story.answers('ada/1', { id, body: 'perhaps', startedAt, seq, number })
    expectHeld(story.ends())
  })

  test('it did appear though nobody was told', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'perhaps')
    story.fails('ada/1', { id, body: 'perhaps', status: null })
    story.stores('ada/1', id, 'perhaps')
    expectHeld(story.ends())
  })

  test('a retry under another id is a second message', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'perhaps')
    story.fails('ada/1', { id, body: 'perhaps', status: null })
    story.stores('ada/1', id, 'perhaps')
    const startedAt = story.now()
    const { seq, number } = story.stores('ada/1', 'other', 'perhaps')
    story.answers('ada/1', { id: 'other', body: 'perhaps', startedAt, seq, number })
    expectBroken(story.ends(), 'I8', 'perhaps', `${id} at seq 5`, 'other at seq 6')
  })

  test('the same words twice, by two people or written twice, are two messages', () => {
    const story = conversation()
    story.sends('ada/1', 'good morning')
    story.sends('ben/1', 'good morning')
    story.sends('ben/1', 'good morning')
    expectHeld(story.ends())
  })
})

describe('I8: nothing written is lost', () => {
  test('neither stored nor refused nor owed', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'lost')
    story.fails('ada/1', { id, body: 'lost', status: null })
    expectBroken(story.ends(), 'I8', id, 'ada/1')
  })

  test('never even tried', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'lost')
    expectBroken(story.ends(), 'I8', id)
  })

  test('what the outbox still holds is not lost', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'later')
    story.fails('ada/1', { id, body: 'later', status: 503 })
    expectHeld(story.ends({ 'ada/1': [id] }))
  })

  test('what a closed page has kept is not lost, until it is opened again and does not have it', () => {
    const story = conversation()
    const id = story.writes('ada/1', 'kept')
    expectHeld(story.closes('ada/1', [id]))
    expectBroken(story.opens('ada/1').ends(), 'I8', id)
  })

  test('a history that was cut off says nothing of what is owed', () => {
    const story = conversation()
    story.writes('ada/1', 'unsaid')
    expectHeld(story)
  })
})

test('of many findings for one invariant five are told and the rest counted', () => {
  const story = new Story('ada')
  for (let made = 0; made < 20; made++) {
    const id = `gone${made}`
    story.answers('ada/1', { id, body: 'x', startedAt: story.now(), seq: 2 + made, number: 1 + made })
  }
  const found = check(story.recorded)
  expect(found.map(({ invariant }) => invariant)).toEqual(['I1', 'I1', 'I1', 'I1', 'I1'])
  expect(found[4]?.sentence).toEndWith('(and 15 more)')
})
