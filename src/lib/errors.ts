/** The codes a refusal may have; `rpc.ts` is the one place that turns them into tRPC's and HTTP's. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  | 'SERVICE_UNAVAILABLE'

interface Details {
  /** The input's field that is to blame, for the form to point at. */
  field?: string
  /** What really happened: for the log, never for the client. */
  cause?: unknown
}

/** A refusal on purpose: a code, a sentence for people, and a cause that stays here. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly field: string | undefined

  constructor(
    readonly code: ErrorCode,
    sentence: string,
    details: Details = {},
  ) {
    super(sentence, { cause: details.cause })
    this.field = details.field
  }
}

/** For what does not exist and, in the same words, for what this person may not know of. */
export function notFound(noun: string, field?: string): AppError {
  return new AppError('NOT_FOUND', `There is no such ${noun}.`, { field })
}

export function unavailable(cause?: unknown): AppError {
  return new AppError('SERVICE_UNAVAILABLE', 'The server cannot do this right now. Try again in a moment.', {
    cause,
  })
}
