import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { ErrorCode } from '../lib/errors'

/** Refusals that have to do with HTTP alone, beside those of the program. */
type HttpCode = ErrorCode | 'METHOD_NOT_SUPPORTED' | 'UNSUPPORTED_MEDIA_TYPE' | 'INTERNAL_SERVER_ERROR'

const STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} satisfies Record<HttpCode, number>

/** Seconds. An outage or a full queue is usually over by then, and clients spread their tries by themselves. */
const RETRY_AFTER = '1'

/** A refusal of whole requests, before tRPC: in the shape that tRPC's errors have, so that clients know one. */
export function refuse(code: HttpCode, sentence: string): Response {
  const httpStatus = STATUS[code]
  const error = {
    code: TRPC_ERROR_CODES_BY_KEY[code],
    message: sentence,
    data: { code, httpStatus, path: null, field: null },
  }
  return Response.json({ error }, { status: httpStatus, headers: retryAfter([code]) })
}

/** The header for an answer with these codes in it; empty when none is worth another try. */
export function retryAfter(codes: string[]): Record<string, string> {
  const worthIt = codes.includes('SERVICE_UNAVAILABLE') || codes.includes('TOO_MANY_REQUESTS')
  return worthIt ? { 'Retry-After': RETRY_AFTER } : {}
}
