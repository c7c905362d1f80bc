import { describe, test } from 'bun:test'
import { C } from './logged'
import { conversation } from './story'
import { expectBroken, expectHeld } from './verdict'

/** ben has been removed (seq 5), and two more messages came (6, 7). */
function removed() {
  const story = conversation().opens('ben/2').removes('ben', 'ada')
  story.sends('ada/1')
  story.sends('ada/1')
  return story
}

/** And ben is back since seq 8. */
const backAgain = () => removed().adds('ben', 'ada')

describe('I9, live', () => {
  test('nothing reaches one who left, and all of it one who is back', () => {
    expectHeld(removed().ends())
    const story = backAgain()
    story.sends('ben/1')
    story.frame('ben/1', { type: 'typing', subjectId: 'ada' })
    expectHeld(story.ends())
  })

  test('a message after one’s own leaving', () => {
    const story = removed()
    story.live('ben/2', { seq: 6, kind: 'sent', subjectId: 'm4' })
    expectBroken(story.ends(), 'I9', 'ben/2', 'message 6', 'm4')
  })

  test('a message from before the leaving, after it', () => {
    const story = removed()
    story.live('ben/1', { seq: 4, kind: 'sent', subjectId: 'm3' })
    expectBroken(story.ends(), 'I9', 'ben/1', 'message 4')
  })

  for (const type of ['typing', 'receipt'])
    test(`${type} of somebody else after one’s own leaving`, () => {
      const story = removed()
      story.frame('ben/1', { type, subjectId: 'ada' })
      expectBroken(story.ends(), 'I9', 'ben/1', `${type} of ${C}`)
    })

  test('one’s own cursors and marks come on one’s own channel, whenever', () => {
    const story = removed()
    story.frame('ben/1', { type: 'receipt', subjectId: 'ben' })
    story.frame('ben/1', { type: 'unread' })
    expectHeld(story.ends())
  })

  test('a digest after one’s own leaving', () => {
    const story = removed()
    story.frame('ben/1', { type: 'digest', conversationId: null, heads: [{ conversationId: C, seq: 7 }] })
    expectBroken(story.ends(), 'I9', 'ben/1', 'digest', `${C} at seq 7`)
  })

  test('an event past the leaving, on a socket that has not heard of the leaving', () => {
    const story = conversation().opens('ben/2')
    story.log('left', 'ada', 'ben')
    Object.assign(story.database.members[1] ?? {}, { leftSeq: 5 })
    story.log('renamed', 'ada', null)
    story.live('ben/2', { seq: 6, kind: 'renamed', subjectId: null })
    expectBroken(story, 'I9', 'ben/2', ' 6 ', 'left c at seq 5')
  })

  test('one’s own leaving itself is told, once', () => {
    const story = removed()
    expectHeld(story)
    story.live('ben/1', { seq: 5, kind: 'left', subjectId: 'ben' })
    expectBroken(story, 'I9', 'ben/1', 'left 5')
  })

  test('the leaving of somebody else ends nothing', () => {
    const story = conversation().adds('eve', 'ada').removes('eve', 'ada')
    story.sends('ben/1')
    expectHeld(story.ends())
  })

  test('a sync that names it at a seq past the leaving', () => {
    const story = removed()
    story.frame('ben/1', { type: 'sync', conversationId: null, heads: [{ conversationId: C, seq: 6 }] })
    expectBroken(story.ends(), 'I9', 'ben/1', 'sync', `${C} at seq 6`)
  })

  test('a sync that names it at the leaving itself', () => {
    const story = removed()
    story.frame('ben/1', { type: 'sync', conversationId: null, heads: [{ conversationId: C, seq: 5 }] })
    expectBroken(story.ends(), 'I9', 'ben/1', `${C} at seq 5`)
  })

  test('a sync that was computed just before the leaving, and the leaving after it', () => {
    const story = removed()
    story.frame('ben/1', { type: 'sync', conversationId: null, heads: [{ conversationId: C, seq: 4 }] })
    story.live('ben/1', { seq: 5, kind: 'left', subjectId: 'ben' })
    expectHeld(story.ends())
  })

  test('an event of that stay after the sync, but none of a later one', () => {
    const story = backAgain()
    story.frame('ben/1', { type: 'sync', conversationId: null, heads: [{ conversationId: C, seq: 4 }] })
    story.live('ben/1', { seq: 8, kind: 'joined', subjectId: 'ben' })
    expectBroken(story.ends(), 'I9', 'ben/1', 'joined 8', 'left c at seq 5')
  })

  test('news of a conversation that one is not in', () => {
    const story = removed()
    story.frame('ben/1', { type: 'conversation', conversationId: C, heads: [{ conversationId: C, seq: 7 }] })
    expectBroken(story.ends(), 'I9', 'ben/1', 'conversation names', `${C} at seq 7`)
  })

  test('whoever is back is told of what a slow instance is still telling', () => {
    const story = backAgain()
    story.frame('ben/1', { type: 'sync', conversationId: null, heads: [{ conversationId: C, seq: 8 }] })
    story.live('ben/1', { seq: 7, kind: 'sent', subjectId: 'm5' })
    expectHeld(story.ends())
  })

  test('a new socket starts outside, whatever the one before it followed', () => {
    const story = conversation()
    const last = story.entry('frame', ({ device, seq }) => device === 'ben/1' && seq === 4)
    story.entries.push({ ...last, socket: 2 })
    expectBroken(story.ends(), 'I9', 'ben/1 on socket 2', 'before any sync')
  })

  test('somebody who never was in it', () => {
    const story = conversation().opens('eve/1')
    expectHeld(story)
    story.live('eve/1', { seq: 4, kind: 'sent', subjectId: 'm3' })
    expectBroken(story, 'I9', 'eve/1', 'message 4')
  })
})

describe('I9, asked for', () => {
  for (const path of ['sync.range', 'messages.history', 'conversations.list'])
    test(`${path} that tells of a moment outside`, () => {
      const story = removed().asks('ben/2', { path, head: 6 })
      expectBroken(story.ends(), 'I9', path, 'ben/2', `${C} at seq 6`)
    })

  test('a page of the moment before the leaving, and one of after the coming back', () => {
    const story = backAgain()
    story.asks('ben/1', { path: 'messages.history', head: 4, startedAt: 0 })
    story.asks('ben/1', { path: 'messages.history', head: 8 })
    expectHeld(story.ends())
  })

  test('members of a conversation that one was out of before one asked, on any device', () => {
    const story = removed().asks('ben/2', { path: 'conversations.members' })
    expectBroken(story.ends(), 'I9', 'conversations.members', 'ben/2')
  })

  test('asked before the removal was answered, or in that very moment', () => {
    const story = removed()
    const { endedAt } = story.entry('answer', ({ path }) => path === 'conversations.removeMember')
    story.asks('ben/1', { path: 'conversations.members', startedAt: endedAt - 5 })
    story.asks('ben/1', { path: 'conversations.members', startedAt: endedAt })
    expectHeld(story.ends())
  })

  test('answered after a coming back had begun, or any time since', () => {
    const story = removed()
    const startedAt = story.now()
    story.adds('ben', 'ada').asks('ben/1', { path: 'conversations.members', startedAt })
    story.asks('ben/1', { path: 'conversations.members' })
    expectHeld(story.ends())
  })

  test('a coming back that nobody knows the end of may have been carried out', () => {
    const story = removed().asks('ada/1', { path: 'conversations.addMembers', subjectIds: ['ben'] })
    Object.assign(
      story.entry('answer', ({ path }) => path === 'conversations.addMembers'),
      { ok: false, status: null, sentence: 'Out of reach.' },
    )
    expectHeld(story.asks('ben/1', { path: 'conversations.members' }).ends())
  })

  test('a coming back that was refused was not', () => {
    const story = removed().asks('ada/1', { path: 'conversations.addMembers', subjectIds: ['ben'] })
    Object.assign(
      story.entry('answer', ({ path }) => path === 'conversations.addMembers'),
      { ok: false, status: 403, sentence: 'No.' },
    )
    expectBroken(story.asks('ben/1', { path: 'conversations.members' }).ends(), 'I9', 'conversations.members')
  })

  test('somebody else may ask, a refusal tells nothing, and a stored message is answered for again', () => {
    const story = removed().asks('ada/1', { path: 'conversations.members' })
    story.asks('ben/1', { path: 'messages.send' }).asks('ben/1', { path: 'sync.range' })
    Object.assign(
      story.entry('answer', ({ path }) => path === 'sync.range'),
      { ok: false, status: 404, sentence: 'There is no such conversation.' },
    )
    expectHeld(story.ends())
  })
})

describe('I9, applied and written', () => {
  test('a device that applies what came after its person’s last leaving', () => {
    const story = removed()
    story.applies('ben/1', { seq: 6, kind: 'sent', subjectId: 'm4' })
    expectBroken(story.ends(), 'I9', 'ben/1', 'seq 6', 'left at seq 5')
  })

  test('a device of somebody who never was in it', () => {
    const story = conversation().opens('eve/1')
    story.applies('eve/1', { seq: 2, kind: 'sent', subjectId: 'm1' })
    expectBroken(story.ends(), 'I9', 'eve/1', 'never was')
  })

  test('whoever is back catches up on all that was missed', () => {
    const story = backAgain()
    story.reset('ben/1', 5)
    for (const [seq, subjectId] of [
      [6, 'm4'],
      [7, 'm5'],
    ] as const)
      story.applies('ben/1', { seq, kind: 'sent', subjectId })
    story.applies('ben/1', { seq: 8, kind: 'joined', subjectId: 'ben' })
    expectHeld(story.ends())
  })

  test('a message that was written from outside', () => {
    const story = removed()
    const id = story.writes('ben/1', 'still here')
    story.stores('ben/1', id, 'still here')
    expectBroken(story.ends(), 'I9', 'seq 8', '(sent)', 'ben')
  })

  test('whoever leaves as the last owner still names the next one', () => {
    const story = conversation().removes('ada', 'ada')
    story.log('role', 'ada', 'ben')
    expectHeld(story)
  })

  test('a row that says member after a leaving, and one that says otherwise after a coming back', () => {
    const story = removed()
    Object.assign(story.database.members.find(({ userId }) => userId === 'ben') ?? {}, { leftSeq: null })
    expectBroken(story, 'I9', 'ben', 'left null', 'left 5')
    const other = backAgain()
    Object.assign(other.database.members.find(({ userId }) => userId === 'ben') ?? {}, { joinedSeq: 1 })
    expectBroken(other, 'I9', 'ben', 'joined 1', 'joined 8')
  })
})
