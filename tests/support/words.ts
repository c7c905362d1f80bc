import { spyOn } from 'bun:test'

/**
 * How often, from now on, events of this type are made text in this process, and text such events. It looks on: what is
 * called does what it always does.
 */
export function countWords(type: string) {
  const writing = spyOn(JSON, 'stringify')
  const reading = spyOn(JSON, 'parse')
  const isEvent = (value: unknown) =>
    typeof value === 'object' && value !== null && 'type' in value && value.type === type
  return {
    get written() {
      return writing.mock.calls.filter(([value]) => isEvent(value)).length
    },
    get read() {
      return reading.mock.results.filter(({ value }) => isEvent(value)).length
    },
    [Symbol.dispose]() {
      writing.mockRestore()
      reading.mockRestore()
    },
  }
}
