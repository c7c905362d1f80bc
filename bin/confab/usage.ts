import type { CittyPlugin } from 'citty'
import { nearest } from '../../src/lib/nearest'

/** The command line was asked wrongly: one sentence, and exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Refuses what a command does not know, which citty would pass over: a mistyped option must not be a default. */
export const knownOptionsOnly: CittyPlugin = {
  name: 'known options only',
  setup({ args, cmd }) {
    const known = Object.keys(cmd.args ?? {})
    for (const name of Object.keys(args))
      if (name !== '_' && !known.includes(name)) {
        const guess = nearest(name, known)
        const hint = guess === undefined ? 'it takes none.' : `did you mean --${guess}?`
        throw new UsageError(`There is no option --${name}: ${hint}`)
      }
    const [stray] = args._
    if (stray !== undefined) throw new UsageError(`"${stray}" is one word too many.`)
  },
}

/** @throws UsageError unless it is a whole number between the two, both included */
export function wholeNumber(name: string, text: string, [least, most]: [number, number]): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}.`)
}
