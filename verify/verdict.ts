import type { Broken, Invariant } from './check'
import { delaysOf, percentile } from './delays'
import type { History } from './history'

/** What a run against a live server came to. */
export interface Verdict {
  good: boolean
  messages: { written: number; answered: number; refused: number; delivered: number }
  /** From a sender's Enter to the client of somebody else. null when nothing was delivered. */
  delayMs: { p50: number | null; p99: number | null; longest: number | null }
  sockets: { opened: number; cut: number; reconnects: number }
  /** From the last message to everybody holding everything; null when the time for it ran out. */
  caughtUpMs: number | null
  held: Invariant[]
  broken: Broken[]
  /** What else was not as promised. */
  problems: string[]
}

export interface Findings {
  history: History
  /** null when nothing could be checked. */
  broken: Broken[] | null
  caughtUpMs: number | null
  cuts: number
  /** Sentences about what else was not as promised. */
  problems: string[]
}

/** Seen wholly from outside, as far as the server tells a newcomer the truth. */
const SEEN: Invariant[] = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I11']
/** Seen from outside in part, or not at all. */
const PARTLY = [
  'I10 (the cursors of the private conversation, looked at once a second)',
  'I13 (what answers say; not the log of the server)',
]
const UNSEEN = ['I12 (what the server holds)']

export function verdictOf({ history, caughtUpMs, cuts, ...findings }: Findings): Verdict {
  const broken = findings.broken ?? []
  const delays = delaysOf(history)
  const messages = { ...countMessages(history), delivered: delays.length }
  const opened = countSockets(history)
  const devices = new Set(history.entries.flatMap((entry) => ('device' in entry ? entry.device : []))).size
  const problems = [...findings.problems]
  if (caughtUpMs === null) problems.push('not everybody held everything in time')
  if (messages.answered < messages.written)
    problems.push(`${messages.written - messages.answered} messages were never answered for`)
  if (messages.delivered === 0) problems.push('nothing was delivered')
  const names = new Set(broken.map(({ invariant }) => invariant))
  return {
    good: broken.length + problems.length === 0,
    messages,
    delayMs: {
      p50: percentile(delays, 0.5),
      p99: percentile(delays, 0.99),
      longest: percentile(delays, 1),
    },
    sockets: { opened, cut: cuts, reconnects: opened - devices },
    caughtUpMs,
    held: findings.broken === null ? [] : SEEN.filter((invariant) => !names.has(invariant)),
    broken,
    problems,
  }
}

/** In a few lines, the last of which begins with `verdict:`. */
export function describeVerdict(verdict: Verdict): string {
  const { good, messages, delayMs, sockets, caughtUpMs, held, broken, problems } = verdict
  const names = [...new Set(broken.map(({ invariant }) => invariant))]
  const bad = [...(names.length === 0 ? [] : [`broken: ${names.join(', ')}`]), ...problems]
  return [
    `messages      ${messages.written} written, ${messages.answered} answered, ${messages.refused} refused, ${messages.delivered} times delivered to others`,
    `delay         p50 ${ms(delayMs.p50)}, p99 ${ms(delayMs.p99)}, longest ${ms(delayMs.longest)}, from Enter to another client`,
    `sockets       ${sockets.opened} opened, ${sockets.cut} cut on purpose, ${sockets.reconnects} reconnects`,
    `caught up     ${caughtUpMs === null ? 'not in time' : `${ms(caughtUpMs)} after the last message`}`,
    `held          ${held.join(' ') || 'nothing could be checked'}`,
    `seen in part  ${PARTLY.join(', ')}`,
    `not seen      ${UNSEEN.join(', ')}`,
    ...broken.map(({ invariant, sentence }) => `broken        ${invariant}: ${sentence}`),
    good ? 'verdict: good' : `verdict: BROKEN (${bad.join('; ')})`,
  ].join('\n')
}

/** Each message counts once, however often it was tried. */
function countMessages({ entries }: History) {
  const written = new Set<string>()
  const answered = new Set<string>()
  const refused = new Set<string>()
  for (const entry of entries) {
    if (entry.kind === 'write') written.add(entry.id)
    if (entry.kind !== 'send') continue
    if (entry.outcome === 'ok') answered.add(entry.id)
    if (entry.outcome === 'refused') refused.add(entry.id)
  }
  return { written: written.size, answered: answered.size, refused: refused.size }
}

function countSockets({ entries }: History): number {
  return entries.filter((entry) => entry.kind === 'frame' && entry.type === 'sync').length
}

function ms(value: number | null): string {
  return value === null ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}
