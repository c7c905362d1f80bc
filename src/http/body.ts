import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { REQUEST_BODY_MAX_BYTES } from '../lib/limits'
import type { HttpEnv } from './env'
import { refuse } from './refusal'

/**
 * Lets only JSON of a sensible size through. The type matters as much as the size: a form on another site can post
 * anything but `application/json` without asking first.
 */
export function jsonBody(): MiddlewareHandler<HttpEnv> {
  const tooLarge = () =>
    refuse('PAYLOAD_TOO_LARGE', `A request may have at most ${REQUEST_BODY_MAX_BYTES} bytes.`)
  const countChunks = bodyLimit({ maxSize: REQUEST_BODY_MAX_BYTES, onError: tooLarge })
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    if (c.req.method !== 'POST')
      return refuse('METHOD_NOT_SUPPORTED', 'Use GET for queries and POST for mutations.')
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json')
      return refuse('UNSUPPORTED_MEDIA_TYPE', 'The request must be application/json.')
    // A declared length is compared without touching the body: opening it as a stream would slow every send down.
    const length = c.req.header('content-length')
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return countChunks(c, next)
    return Number(length) > REQUEST_BODY_MAX_BYTES ? tooLarge() : next()
  }
}
