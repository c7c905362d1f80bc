import { unavailable } from './errors'

/**
 * What `work` answers, unless it takes longer than `ms`. The work itself goes on: nothing can call back a statement
 * that the database has.
 *
 * @throws SERVICE_UNAVAILABLE when the time is up
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(unavailable(new Error(`no answer within ${Math.round(ms)} ms`))), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
