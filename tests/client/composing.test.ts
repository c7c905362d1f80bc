import { describe, expect, test } from 'bun:test'
import { sends } from '../../client/messages/keys'
import { lengthOf } from '../../client/messages/length'
import { linksIn } from '../../client/messages/links'

const press = {
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
}

describe('the key that sends', () => {
  test('item 1: Enter sends and Shift+Enter does not; with the setting off Ctrl or Cmd+Enter sends', () => {
    expect(sends(press, true)).toBe(true)
    expect(sends({ ...press, shiftKey: true }, true)).toBe(false)
    expect(sends(press, false)).toBe(false)
    expect(sends({ ...press, ctrlKey: true }, false)).toBe(true)
    expect(sends({ ...press, metaKey: true }, false)).toBe(true)
  })

  test('item 2: Enter in the middle of a composition never sends, nor does the Enter that ends one in Safari', () => {
    for (const enterSends of [true, false])
      for (const ctrlKey of [true, false]) {
        expect(sends({ ...press, ctrlKey, isComposing: true }, enterSends)).toBe(false)
        expect(sends({ ...press, ctrlKey, keyCode: 229 }, enterSends)).toBe(false)
      }
  })
})

describe('the length of a message', () => {
  test('item 11: it is counted in characters from nine tenths of the limit, and stops the sending above it', () => {
    expect(lengthOf('')).toEqual({ left: null, sendable: false })
    expect(lengthOf(' \n ')).toEqual({ left: null, sendable: false })
    expect(lengthOf('a'.repeat(7_199))).toEqual({ left: null, sendable: true })
    expect(lengthOf('a'.repeat(7_200))).toEqual({ left: 800, sendable: true })
    expect(lengthOf('🙂'.repeat(8_000))).toEqual({ left: 0, sendable: true })
    expect(lengthOf('🙂'.repeat(8_001))).toEqual({ left: -1, sendable: false })
    expect(lengthOf('🙂'.repeat(4_000))).toEqual({ left: null, sendable: true })
  })
})

describe('the links in a text', () => {
  const hrefs = (text: string) => linksIn(text).flatMap(({ href }) => href ?? [])

  test('are http and https alone', () => {
    expect(hrefs('see https://a.example/x and HTTP://b.example')).toEqual([
      'https://a.example/x',
      'HTTP://b.example',
    ])
    expect(hrefs('javascript:alert(1) data:text/html,x ftp://a.example //a.example a.example')).toEqual([])
  })

  test('end before the punctuation of the sentence, and keep brackets of their own', () => {
    expect(hrefs('(https://a.example/x).')).toEqual(['https://a.example/x'])
    expect(hrefs('https://a.example/x_(y), then')).toEqual(['https://a.example/x_(y)'])
    expect(hrefs('https://a.example/?q=1&r=2!')).toEqual(['https://a.example/?q=1&r=2'])
  })

  test('leave every character of the text where it was', () => {
    for (const text of [
      '',
      'plain',
      'https://',
      'x https://a.example, y\nhttps://b.example/?(z)',
      '<https://a.example>',
    ])
      expect(
        linksIn(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text)
  })
})
