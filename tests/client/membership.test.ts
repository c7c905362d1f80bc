import { describe, expect, test } from 'bun:test'
import { conversationActions } from '../../client/conversations/actions'
import type { Member } from '../../src/conversations/schema'
import type { LiveEvent, LogEvent } from '../../src/sync/schema'
import { settle } from './clock'
import { type Change, Log } from './log'
import { Screen } from './replay-screen'
import { me, scripted } from './scripted'

describe('what one has left', () => {
  test('goes with all that is held of it, also when the answer came before the event', async () => {
    const { rig } = await following()
    rig.session.list.remove('c')
    await rig.session.engine.receive(leaving(4))
    expect(rig.session.timelines.all()).toEqual([])
  })

  test('is not brought back by an answer that was asked for before', async () => {
    const { rig } = await following()
    const conversation = rig.entry('c')
    const { promise, resolve } = Promise.withResolvers<{ conversation: typeof conversation }>()
    const renaming = actions(rig, { rename: () => promise }).rename({ conversationId: 'c', name: 'new' })
    await rig.session.engine.receive(leaving(4))
    resolve({ conversation })
    await renaming
    expect(rig.session.list.all()).toEqual([])
  })

  test('is not brought back by a list that was asked for before', async () => {
    const { rig } = await following()
    const answered = rig.session.list.refresh()
    await rig.session.engine.receive(leaving(4))
    await answered
    expect(rig.session.list.all()).toEqual([])
  })

  test('stays away when it is told while a sync asks for the list', async () => {
    const { rig } = await following()
    rig.put(new Log([note], { id: 'new' }))
    const synced = rig.sync()
    await rig.session.engine.receive(leaving(4))
    await synced
    expect(rig.session.list.all().map(({ id }) => id)).toEqual(['new'])
    expect(rig.session.timelines.all().map(([id]) => id)).toEqual(['new'])
  })

  test('is there again for whoever was brought back, however late their leaving is answered', async () => {
    const { rig, log } = await following()
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const left = actions(rig, { leave: () => promise }).leave({ conversationId: 'c' })
    await rig.session.engine.receive(leaving(4))
    log.add(note)
    log.add(note)
    await rig.session.engine.receive({ type: 'conversation', conversation: rig.entry('c') })
    resolve({})
    await left
    expect(rig.session.list.find('c')).toBeDefined()
  })
})

describe('what one has come into', () => {
  test('stays when the list that was asked for before does not know it', async () => {
    const { rig } = await following()
    const answered = rig.session.list.refresh()
    const known = new Log([note], { id: 'new' })
    rig.put(known)
    const conversation = rig.entry('new')
    rig.places.delete('new')
    await rig.session.engine.receive({ type: 'conversation', conversation })
    await answered
    expect(rig.session.list.find('new')).toBeDefined()
  })

  test('has the mark and the head that were told with it while a sync was at work', async () => {
    const { rig, log } = await following()
    const conversation = { ...rig.entry('c'), lastSeq: 5 }
    for (let n = 0; n < 3; n++) log.add({ kind: 'send' })
    const synced = rig.sync()
    const told: LiveEvent[] = [
      leaving(4),
      { type: 'conversation', conversation },
      { type: 'digest', heads: [{ conversationId: 'c', seq: 6, number: 3 }] },
      { type: 'unread', conversationId: 'c', unreadFrom: 1, unreadVersion: 9 },
    ]
    for (const event of told) void rig.session.engine.receive(event)
    await synced
    await rig.settled()
    expect(rig.session.list.find('c')).toMatchObject({ unreadFrom: 1, unreadVersion: 9, lastSeq: 6 })
  })

  test('stays when a sync that was overtaken by another one does not know it', async () => {
    const { rig } = await following()
    rig.put(new Log([note], { id: 'first' }))
    const overtaken = rig.sync()
    rig.put(new Log([note], { id: 'second' }))
    await Promise.all([overtaken, rig.sync()])
    await rig.settled()
    expect(rig.session.list.all().map(({ id }) => id)).toEqual(['c', 'first', 'second'])
  })
})

describe('the cursors of others', () => {
  test('that moved while there was no connection are asked for again', async () => {
    const { rig } = await following()
    rig.session.windows.open('c')
    rig.session.members.loaded('c', [member('me', 3), member('bob', 1)])
    rig.members.push(member('bob', 3))
    await rig.synced()
    expect(rig.session.members.cursors('c').everybody).toEqual({ delivered: 3, read: 3 })
  })

  test('say nothing for somebody whose coming is not heard of yet', async () => {
    const { rig } = await following()
    const { members } = rig.session
    members.loaded('c', [member('bob', 1)])
    rig.session.engine.receive({ ...place(5), type: 'joined', user: person('dora'), role: 'member' })
    members.receive({ type: 'receipt', conversationId: 'c', userId: 'bob', ...at(9), readNumber: 3 })
    members.receive({ ...place(4), type: 'joined', user: person('dora'), role: 'member' })
    expect(members.cursors('c').everybody).toEqual(at(4))
  })

  test('count as soon as one hears of their coming, though they were told before', async () => {
    const { rig } = await following()
    const { members } = rig.session
    members.loaded('c', [member('bob', 5)])
    members.receive({ type: 'receipt', conversationId: 'c', userId: 'dora', ...at(5), readNumber: 0 })
    expect(members.cursors('c').others).toEqual({ bob: at(5) })
    members.receive({ ...place(4), type: 'joined', user: person('dora'), role: 'member' })
    expect(members.cursors('c').everybody).toEqual(at(5))
  })

  test('count though they were told before the members were loaded', async () => {
    const { rig } = await following()
    const { members } = rig.session
    members.receive(sent(4, 'bob'))
    members.loaded('c', [member('bob', 1)])
    expect(members.cursors('c').everybody).toEqual(at(4))
  })

  test('are loaded anew by whoever comes back', async () => {
    const { rig } = await following()
    const { members } = rig.session.list.caches.conversations
    members.setData({ conversationId: 'c' }, { members: [member('bob', 1)] })
    await rig.session.engine.receive(leaving(4))
    await settle()
    expect(members.getData({ conversationId: 'c' })).toBeUndefined()
  })
})

test('members that were asked for while one was outside are asked for again when one is back', async () => {
  const { rig, log } = await following()
  const screen = new Screen(rig.session, rig.queryClient)
  screen.show('c')
  await rig.settled()
  rig.hold()
  await rig.session.engine.receive(leaving(4))
  screen.refresh()
  // Asked by what is on screen, in the moment of leaving.
  expect(rig.asked('conversations.members')).toHaveLength(2)
  log.add(note)
  log.add(note)
  await rig.session.engine.receive({ type: 'conversation', conversation: rig.entry('c') })
  screen.refresh()
  expect(rig.asked('conversations.members')).toHaveLength(3)
  screen.show(null)
})

type Rig = ReturnType<typeof scripted>

const note: Change = { kind: 'note' }

async function following() {
  const rig = scripted()
  const log = new Log([note, note, note])
  rig.put(log)
  await rig.synced()
  return { rig, log }
}

function actions({ session }: Rig, calls: Partial<Parameters<typeof conversationActions>[0]>) {
  const unexpected = () => Promise.reject(new Error('nobody asked for this'))
  const all = { create: unexpected, openDirect: unexpected, join: unexpected, addMembers: unexpected }
  const rest = { leave: unexpected, removeMember: unexpected, rename: unexpected }
  return conversationActions({ ...all, ...rest, ...calls }, session.list)
}

function place(seq: number) {
  return { conversationId: 'c', seq, actorId: 'bob', at: '2026-11-23T09:00:00.000Z' }
}

function leaving(seq: number): LogEvent {
  return { ...place(seq), type: 'left', userId: me.id }
}

function sent(seq: number, by: string): LogEvent {
  const times = { createdAt: '2026-11-23T09:00:00.000Z', editedAt: null, deletedAt: null }
  const ids = { id: `m${seq}`, conversationId: 'c', senderId: by }
  const message = { ...ids, ...times, seq, number: 1, body: 'x', changedSeq: seq }
  return { ...place(seq), actorId: by, type: 'message', message }
}

function person(id: string) {
  return { id, username: id, displayName: id }
}

function at(seq: number) {
  return { delivered: seq, read: seq }
}

function member(id: string, seq: number): Member {
  return { user: person(id), role: 'member', ...at(seq) }
}
