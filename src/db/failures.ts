/**
 * Whether an error means that the database cannot do it now, rather than that we asked for something wrong: it is away,
 * starting, stopping, full or too busy. Such a call is answered 503, and trying again later is right. The statement may
 * have been carried out all the same (its answer got lost), so what is tried again must be the same thing.
 */
export function isUnavailable(error: unknown): boolean {
  return codes(error).some(isUnavailableCode)
}

/** `lock_timeout` ran out: somebody else held what the statement wanted. */
export function isLockTimeout(error: unknown): boolean {
  return codes(error).includes(LOCK_TIMEOUT)
}

/** Somebody else has committed a row with the same key. */
export function isUniqueViolation(error: unknown): boolean {
  return codes(error).includes('23505')
}

const LOCK_TIMEOUT = '55P03'

/** Of the error and of its causes, since Drizzle wraps what the driver throws. */
export function codes(error: unknown): string[] {
  const found: string[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') found.push(cause.code)
  return found
}

/** A driver's or the system's code, or an SQLSTATE. */
function isUnavailableCode(code: string): boolean {
  return away.has(code) || busy.has(code) || /^(08|53|57P0)/.test(code)
}

const away = new Set([
  // Of postgres.js.
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  // Of the system; ETIMEDOUT is also what `db/connect.ts` ends a silent connection with.
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])

const busy = new Set([
  LOCK_TIMEOUT,
  '57014', // statement_timeout
  '40001', // serialization failure
  '40P01', // deadlock
  '25P03', // idle_in_transaction_session_timeout
])
