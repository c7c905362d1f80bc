import { expect } from 'bun:test'
import { type Broken, check, type Invariant } from '../../verify/check'
import type { Story } from './story'

export function expectHeld({ recorded }: Story): void {
  expect(check(recorded)).toEqual([])
}

/** The checker says that this invariant is broken, and names all of these in one sentence. */
export function expectBroken({ recorded }: Story, invariant: Invariant, ...names: string[]): void {
  const found = check(recorded)
  const telling = (one: Broken) =>
    one.invariant === invariant && names.every((name) => one.sentence.includes(name))
  if (!found.some(telling)) expect(found).toEqual([{ invariant, sentence: names.join(' … ') }])
  expect(found.some(telling)).toBe(true)
}
