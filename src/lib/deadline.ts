import { unavailable } from './errors'

/**
 * What `work` answers, unless it takes longer than `ms`. The work itself goes on: nothing can call back a statement
 * that the database has.
 *
 * @throws SERVICE_UNAVAILABLE when the time is up
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(unavailable(new Error(`no answer within ${Math.round(ms)} ms`)))
  // What was due a moment ago: a negative number would be complained of on stderr.
  const timer = setTimeout(giveUp, Math.max(0, ms))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
