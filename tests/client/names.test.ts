import { describe, expect, test } from 'bun:test'
import { usernameFrom } from '../../client/accounts/username'
import { logInPath, nextPath } from '../../client/app/paths'
import { matching } from '../../client/conversations/matching'
import type { ConversationItem } from '../../client/conversations/useConversations'
import { dayName } from '../../client/ui/dates'
import { hueOf, initialsOf } from '../../client/ui/faces'

describe('faces', () => {
  test('have the letters of the first and last word', () => {
    expect(initialsOf('Ada Lind')).toBe('AL')
    expect(initialsOf('  noor  van Dijk ')).toBe('ND')
    expect(initialsOf('mei')).toBe('ME')
    expect(initialsOf('李小龙')).toBe('李小')
    expect(initialsOf('')).toBe('')
  })

  test('keep their hue', () => {
    const id = '01a20bcf-6c5c-7536-afd1-f87ee6202794'
    expect(hueOf(id)).toBe(hueOf(id))
    for (const other of ['', 'a', 'b', id]) expect(hueOf(other)).toBeWithin(0, 360)
  })
})

test('a user name follows from the name', () => {
  expect(usernameFrom('Zoë van Dijk')).toBe('zoe.van.dijk')
  expect(usernameFrom('  Ada!  ')).toBe('ada')
  expect(usernameFrom('李小龙')).toBe('')
  expect(usernameFrom('x'.repeat(80))).toHaveLength(32)
})

test('signing in leads back to the page that was asked for, and never to another site', () => {
  expect(logInPath('/')).toBe('/login')
  expect(nextPath(logInPath('/c/1').slice('/login'.length))).toBe('/c/1')
  for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', ''])
    expect(nextPath(`?next=${encodeURIComponent(bad)}`)).toBe('/')
  expect(nextPath('')).toBe('/')
})

test('the filter asks for every word, whatever the accents and case', () => {
  const found = (query: string) =>
    matching([titled('Tomás Ortega'), titled('design')], query).map(({ title }) => title)
  expect(found('')).toEqual(['Tomás Ortega', 'design'])
  expect(found('tomas')).toEqual(['Tomás Ortega'])
  expect(found('ORT tom')).toEqual(['Tomás Ortega'])
  expect(found('tomas design')).toEqual([])
})

test('days are named from where the reader is', () => {
  const now = new Date(2026, 10, 24, 9)
  expect(dayName('2026-11-24', now)).toBe('Today')
  expect(dayName('2026-11-23', now)).toBe('Yesterday')
  expect(dayName('2026-11-20', now)).toContain('20')
  expect(dayName('2025-11-20', now)).toContain('2025')
})

function titled(title: string): ConversationItem {
  return {
    id: title,
    kind: 'public',
    name: title,
    title,
    draft: false,
    createdAt: '2026-11-23T09:00:00.000Z',
    role: 'member',
    memberCount: 1,
    people: [],
    lastSeq: 1,
    lastNumber: 0,
    lastMessageAt: null,
    deliveredSeq: 0,
    readSeq: 0,
    readNumber: 0,
    unreadFrom: null,
    unreadVersion: 0,
    unread: 0,
  }
}
