import type { MiddlewareHandler } from 'hono'
import type { Logger } from '../lib/logger'
import { ANSWER_MS } from '../rpc'
import type { AddressOf } from './address'
import type { HttpEnv } from './env'

/** One line a request, and the time by which its answer is due. The query stays out: inputs are in it. */
export function requestLog(logger: Logger, addressOf: AddressOf): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const start = performance.now()
    // Who had to wait at the door was given a time there.
    if (c.get('answerBy') === undefined) c.set('answerBy', start + ANSWER_MS)
    await next()
    c.res.headers.set('X-Request-Id', c.get('requestId'))
    const { status } = c.res
    const level = status >= 500 ? 'warn' : status >= 400 ? 'info' : 'debug'
    if (!logger.isLevelEnabled(level)) return
    const ms = Math.round((performance.now() - start) * 10) / 10
    const { path, method } = c.req
    logger[level](
      { requestId: c.get('requestId'), method, path, status, ms, address: addressOf(c) },
      'request',
    )
  }
}
