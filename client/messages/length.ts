import { BODY_MAX } from '../../src/lib/limits'
import { codePoints } from '../../src/lib/text'

export interface BodyLength {
  /** How many characters are left, from nine tenths of the limit on; null below. */
  left: number | null
  /** Something is there, and no more than a message may hold. */
  sendable: boolean
}

export function lengthOf(body: string): BodyLength {
  const empty = body.trim() === ''
  // A code point has at most two units: most texts need no counting.
  if (body.length < BODY_MAX * 0.9) return { left: null, sendable: !empty }
  const left = BODY_MAX - codePoints(body)
  return { left: left > BODY_MAX * 0.1 ? null : left, sendable: !empty && left >= 0 }
}
