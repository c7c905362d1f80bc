import { answersStayInside, nobodyOutsideIsAnswered } from './check/answers'
import { eventsAreAppliedInOrder } from './check/applying'
import { cursorsOnlyRise } from './check/cursors'
import { membersHoldEverything } from './check/devices'
import { answersTellNoSecrets, nobodyComplains, nobodyCrashes } from './check/failures'
import { socketsStayInside } from './check/frames'
import { numbersAreDense, oneEventEverywhere, oneRowPerMessage, seqsAreDense } from './check/log'
import { membersAreAsLogged, nobodyAppliesBeyondLeaving, onlyMembersWrite } from './check/membership'
import { answersAreInOrder, sendersKeepTheirOrder } from './check/order'
import { countsReturn, heapsReturn, rssStaysFlat } from './check/resources'
import {
  answeredSendsAreStored,
  nothingWrittenIsLost,
  refusedSendsNeverAppear,
  whatWasWrittenAppearsOnce,
} from './check/sends'
import { everybodySettles } from './check/settling'
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
  const byInvariant = Map.groupBy(
    checks.flatMap((find) => find(recorded)),
    ({ invariant }) => invariant,
  )
  return [...byInvariant.values()].flatMap((found) => {
    const last = found[EACH_MAX - 1]
    if (last === undefined || found.length === EACH_MAX) return found
    const more = `${last.sentence} (and ${found.length - EACH_MAX} more)`
    return [...found.slice(0, EACH_MAX - 1), { ...last, sentence: more }]
  })
}

const EACH_MAX = 5

/** In the order of the invariants. */
const checks: readonly ((recorded: Recorded) => Broken[])[] = [
  answeredSendsAreStored,
  membersHoldEverything,
  oneEventEverywhere,
  oneRowPerMessage,
  eventsAreAppliedInOrder,
  seqsAreDense,
  numbersAreDense,
  sendersKeepTheirOrder,
  answersAreInOrder,
  refusedSendsNeverAppear,
  whatWasWrittenAppearsOnce,
  nothingWrittenIsLost,
  socketsStayInside,
  answersStayInside,
  nobodyOutsideIsAnswered,
  nobodyAppliesBeyondLeaving,
  onlyMembersWrite,
  membersAreAsLogged,
  cursorsOnlyRise,
  everybodySettles,
  countsReturn,
  heapsReturn,
  rssStaysFlat,
  nobodyCrashes,
  nobodyComplains,
  answersTellNoSecrets,
]
