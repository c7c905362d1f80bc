import type { Broken, Recorded } from '../check'
import type { AnswerEntry, Entry } from '../history'
import { broken } from './broken'
import { Memberships } from './memberships'

/**
 * I9, asked for: a page, a range, a conversation or the list tells where the log stood, and the person was in the conversation
 * there. That is exact, whatever the clocks say.
 */
export function answersStayInside({ entries, database }: Recorded): Broken[] {
  const memberships = new Memberships(database)
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'answer') return []
    const { device, userId, path, heads } = entry
    return heads
      .filter(({ conversationId }) => memberships.knows(conversationId))
      .filter(({ conversationId, seq }) => memberships.stayAt(conversationId, userId, seq) === undefined)
      .map(({ conversationId, seq }) =>
        broken(
          'I9',
          `${path} told ${device} of ${conversationId} at seq ${seq}, where ${userId} was outside`,
        ),
      )
  })
}

/**
 * I9, for what tells no seq: nothing about a conversation is answered to somebody who was known to be out of it before they
 * asked (the removal had been answered) and until somebody may have begun to bring them back.
 */
export function nobodyOutsideIsAnswered({ entries }: Recorded): Broken[] {
  const absences = absencesOf(entries)
  return entries.flatMap((entry): Broken[] => {
    if (entry.kind !== 'answer' || !entry.ok || entry.conversationId === null || OPEN.has(entry.path))
      return []
    const those = absences.get(`${entry.conversationId} ${entry.userId}`) ?? []
    const absence = those.find(({ from, to }) => from < entry.startedAt && entry.endedAt < to)
    if (absence === undefined) return []
    const { device, path, conversationId } = entry
    const asked = `${path} of ${conversationId} was answered to ${device}, who asked at ${entry.startedAt.toFixed(1)} ms`
    return [broken('I9', `${asked} and was out since ${absence.from.toFixed(1)} ms at the latest`)]
  })
}

/** Who is outside may join; and a message that was stored is answered for as often as it is sent again. */
const OPEN: ReadonlySet<string> = new Set(['conversations.join', 'messages.send'])

interface Span {
  from: number
  to: number
}

/** When each person was out of each conversation for certain. */
function absencesOf(entries: readonly Entry[]): Map<string, Span[]> {
  const calls = entries.filter((entry) => entry.kind === 'answer')
  const removals = movesOf(calls.filter(({ ok, path }) => ok && isRemoval(path)))
  const additions = movesOf(calls.filter((call) => isAddition(call.path) && !isRefused(call)))
  const absences = new Map<string, Span[]>()
  for (const [key, those] of removals) {
    const comings = additions.get(key) ?? []
    const spans = those.map((removal) => ({
      from: removal.to,
      // What ended before the removal began was undone by it. What was never answered may still be carried out.
      to: Math.min(
        ...comings.filter((coming) => coming.to >= removal.from).map(({ from }) => from),
        Infinity,
      ),
    }))
    absences.set(key, spans)
  }
  return absences
}

/** When each call about somebody's membership was under way, by conversation and person. */
function movesOf(calls: readonly AnswerEntry[]): Map<string, Span[]> {
  const moves = new Map<string, Span[]>()
  for (const { conversationId, subjectIds, userId, path, startedAt, endedAt, ok } of calls) {
    const isOwn = path === 'conversations.leave' || path === 'conversations.join'
    for (const id of isOwn ? [userId] : subjectIds) {
      const key = `${conversationId} ${id}`
      const those = moves.get(key) ?? []
      moves.set(key, those)
      those.push({ from: startedAt, to: ok ? endedAt : Infinity })
    }
  }
  return moves
}

function isRemoval(path: string): boolean {
  return path === 'conversations.removeMember' || path === 'conversations.leave'
}

function isAddition(path: string): boolean {
  return path === 'conversations.addMembers' || path === 'conversations.join'
}

function isRefused({ ok, status }: AnswerEntry): boolean {
  return !ok && status !== null && status >= 400 && status < 500
}
