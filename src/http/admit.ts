import type { MiddlewareHandler } from 'hono'
import type { Logger } from '../lib/logger'
import { ANSWER_MS } from '../rpc'
import type { Admission } from './admission'
import type { HttpEnv } from './env'
import { isUpgrade } from './origin'
import { refuse } from './refusal'

/** Between two lines about the same crowd. */
const TELL_MS = 10_000

/**
 * Stands before everything else, the log too: what is refused here must cost next to nothing, since it comes by the
 * thousand and will come again.
 */
export function admit(admission: Admission, logger: Logger): MiddlewareHandler<HttpEnv> {
  let refused = 0
  let toldAt = Number.NEGATIVE_INFINITY
  const turnAway = () => {
    refused += 1
    if (performance.now() - toldAt > TELL_MS) {
      logger.warn({ refused }, 'turned sockets away: stopping, or too many at once')
      refused = 0
      toldAt = performance.now()
    }
    return refuse('SERVICE_UNAVAILABLE', 'No socket can be opened here right now. Try again in a moment.')
  }
  return async (c, next) => {
    if (!isUpgrade(c.req.raw)) return next()
    if (!admission.admits) return turnAway()
    const answerBy = performance.now() + ANSWER_MS
    c.set('answerBy', answerBy)
    return admission.upgrade(async () =>
      admission.closed || performance.now() >= answerBy ? turnAway() : next(),
    )
  }
}
