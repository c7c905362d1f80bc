import { answeredSendsAreStored } from './check/sends'
import type { DatabaseState, Entry } from './history'

/** The promises of docs/guarantees.md, by the numbers they have there. */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I13'

export interface Broken {
  invariant: Invariant
  /** What was found, with the ids and seqs that show it. */
  sentence: string
}

/** What a run is held against. */
export interface Recorded {
  entries: readonly Entry[]
  database: DatabaseState
}

/** Every invariant that this history breaks, with at most `EACH_MAX` findings for each. Empty: it holds all of them. */
export function check(recorded: Recorded): Broken[] {
  return invariants.flatMap((find) => find(recorded).slice(0, EACH_MAX))
}

const EACH_MAX = 5

const invariants: ((recorded: Recorded) => Broken[])[] = [answeredSendsAreStored]
