import { toProblem } from '../client/lib/problem'
import { check } from './check'
import { Crowd } from './crowd'
import { type Door, signUpPeople } from './front-door'
import { type DatabaseState, History } from './history'
import { readServer } from './read-server'
import { Traffic, type TrafficOptions } from './traffic'
import { type Findings, type Verdict, verdictOf } from './verdict'

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
    return await watch(crowd, history, run)
  } finally {
    await crowd.end()
  }
}

/** Whatever goes wrong from here on is a finding. */
async function watch(crowd: Crowd, history: History, run: LiveRun): Promise<Finished> {
  const traffic = new Traffic(crowd, history, run)
  const findings: Findings = { history, broken: null, caughtUpMs: null, cuts: 0, problems: [] }
  let database = NOTHING
  try {
    await traffic.run()
    findings.caughtUpMs = await crowd.settle(SETTLE_MS)
    const detail = `after ${Math.round(findings.caughtUpMs ?? SETTLE_MS)} ms`
    history.phase(findings.caughtUpMs === null ? 'unsettled' : 'settled', detail)
    for (const { client } of crowd.people) client.recordFinal()
    database = await readServer(crowd.readables())
    findings.broken = check({ entries: history.entries, database })
    if (!run.keep) await crowd.leave()
  } catch (error) {
    findings.problems.push(`it broke off: ${toProblem(error).sentence}`)
  }
  return { verdict: verdictOf({ ...findings, cuts: traffic.cuts }), history, database }
}

const NOTHING: DatabaseState = { conversations: [], events: [], messages: [], members: [] }
