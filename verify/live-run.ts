import { check } from './check'
import { Crowd } from './crowd'
import { type Door, signUpPeople } from './front-door'
import { type DatabaseState, History } from './history'
import { readServer } from './read-server'
import { Traffic, type TrafficOptions } from './traffic'
import { type Verdict, verdictOf } from './verdict'

export interface LiveRun extends Door, TrafficOptions {
  people: number
  /** The people stay in their conversation, so that somebody can look at it. */
  keep: boolean
}

export interface Finished {
  verdict: Verdict
  history: History
  database: DatabaseState
}

/** The promise for the time after the last fault. */
const SETTLE_MS = 30_000

/**
 * Uses a live server as people do, by its front door alone, while sockets are cut and somebody is taken out of a
 * conversation and brought back; then holds what everybody saw against what the server tells a newcomer.
 *
 * @throws CannotVerify when it cannot be begun
 */
export async function verifyLive(run: LiveRun): Promise<Finished> {
  const history = new History()
  const name = `verify-${crypto.randomUUID().slice(0, 8)}`
  const names = Array.from({ length: run.people }, (_, index) => `${name}-${index + 1}`)
  const signedIn = await signUpPeople(run, names)
  run.tell(`signed up ${names[0]} to ${names.at(-1)}`)
  const crowd = await Crowd.gather(run.url, signedIn, history)
  try {
    run.tell(`one private conversation of all, and ${crowd.conversations.size - 1} direct ones`)
    const traffic = new Traffic(crowd, history, run)
    await traffic.run()
    const caughtUpMs = await crowd.settle(SETTLE_MS)
    const detail = `after ${Math.round(caughtUpMs ?? SETTLE_MS)} ms`
    history.phase(caughtUpMs === null ? 'unsettled' : 'settled', detail)
    for (const { client } of crowd.people) client.recordFinal()
    const database = await readServer(crowd.readables())
    const broken = check({ entries: history.entries, database })
    const verdict = verdictOf({ history, broken, caughtUpMs, cuts: traffic.cuts })
    if (!run.keep) await crowd.leave()
    return { verdict, history, database }
  } finally {
    await crowd.end()
  }
}
