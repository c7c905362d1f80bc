import { TRPCClientError } from '@trpc/client'
import type { AppRouter } from '../../src/router'

interface Details {
  field?: string | null
  status?: number | null
  retryAfterMs?: number
  timedOut?: boolean
}

/** What went wrong, as the person may read it. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly sentence: string
  /** The input's field that is to blame. */
  readonly field: string | null
  /** The server's HTTP status; null when no answer came, so that nobody knows whether the call was carried out. */
  readonly status: number | null
  /** What the server asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number
  /** The call was given up because no answer came in time. */
  readonly timedOut: boolean

  constructor(sentence: string, { field, status, retryAfterMs, timedOut }: Details = {}) {
    super(sentence)
    this.sentence = sentence
    this.field = field ?? null
    this.status = status ?? null
    this.retryAfterMs = retryAfterMs ?? 0
    this.timedOut = timedOut ?? false
  }
}

/** Any thrown value as a problem with a sentence of its own. */
export function toProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  if (!(cause instanceof TRPCClientError)) return new Problem('Something went wrong.')
  const data: unknown = cause.data
  const status = numberIn(data, 'httpStatus')
  if (status === null) {
    const timedOut = cause.cause instanceof Error && /^(Abort|Timeout)Error$/.test(cause.cause.name)
    return new Problem('The server is out of reach. Try again in a moment.', { timedOut })
  }
  return new Problem(cause.message, { field: textIn(data, 'field'), status, retryAfterMs: retryAfter(cause) })
}

/** For the end of a chain: what was thrown, as a problem. */
export function throwProblem(cause: unknown): never {
  throw toProblem(cause)
}

function retryAfter(error: TRPCClientError<AppRouter>): number {
  const response = error.meta?.response
  const seconds = response instanceof Response ? Number(response.headers.get('retry-after')) : 0
  return Number.isFinite(seconds) ? seconds * 1_000 : 0
}

function numberIn(data: unknown, name: string): number | null {
  const value = valueIn(data, name)
  return typeof value === 'number' ? value : null
}

function textIn(data: unknown, name: string): string | null {
  const value = valueIn(data, name)
  return typeof value === 'string' ? value : null
}

function valueIn(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
}
