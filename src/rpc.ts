import { getTRPCErrorFromUnknown, getTRPCErrorShape, initTRPC, TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { ZodError } from 'zod'
import type { Viewer } from './accounts/sessions'
import { isUnavailable } from './db/failures'
import type { Deps } from './deps'
import { AppError, unavailable } from './lib/errors'
import { BATCH_MAX } from './lib/limits'

export interface Context {
  deps: Deps
  viewer: Viewer | null
  /** The session cookie of this call's answer. On the socket, where no header can be set, it does nothing. */
  cookie: { set(token: string, expiresAt: Date): void; clear(): void }
}

/** Milliseconds from a request's arrival to its answer, at the latest: Bun cuts an idle request off after 10 s. */
export const ANSWER_MS = 7_000

const t = initTRPC.context<Context>().create({
  /**
   * The one place where an error takes its public shape: a code, a sentence and a field. tRPC would send the cause's
   * message of whatever was thrown, and Drizzle's holds the statement and its parameters.
   */
  errorFormatter({ shape, error: thrown }) {
    const error = asTRPCError(thrown)
    const { sentence, field } = publicFace(error)
    return {
      code: TRPC_ERROR_CODES_BY_KEY[error.code],
      message: sentence,
      data: { code: error.code, httpStatus: getHTTPStatusCodeFromError(error), path: shape.data.path, field },
    }
  },
})

interface Face {
  sentence: string
  field: string | null
}

function publicFace(error: TRPCError): Face {
  const { cause } = error
  if (cause instanceof AppError) return { sentence: cause.message, field: cause.field ?? null }
  if (cause instanceof ZodError) return inputFace(cause)
  if (cause instanceof SyntaxError) return { sentence: 'The request is not valid JSON.', field: null }
  return { sentence: SENTENCES[error.code] ?? 'Something went wrong on the server.', field: null }
}

/** For what tRPC refuses by itself: its own messages echo the request or the cause. */
const SENTENCES: Partial<Record<TRPCError['code'], string>> = {
  PARSE_ERROR: 'The request is not valid JSON.',
  BAD_REQUEST: `The request is malformed. A batch has at most ${BATCH_MAX} calls of one kind.`,
  NOT_FOUND: 'There is no such procedure.',
  METHOD_NOT_SUPPORTED: 'Queries are asked with GET, mutations with POST, subscriptions on the socket.',
  UNSUPPORTED_MEDIA_TYPE: 'The request must be application/json.',
  CLIENT_CLOSED_REQUEST: 'The request was given up.',
}

function inputFace({ issues: [issue] }: ZodError): Face {
  if (issue === undefined) return { sentence: 'The input is not valid.', field: null }
  if (issue.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0]?.slice(0, 100)].join('.')
    return { sentence: 'The input has a field that does not belong there.', field }
  }
  if (issue.path.length === 0 && issue.code === 'invalid_type')
    return { sentence: `The input must be of type ${issue.expected}.`, field: null }
  return { sentence: issue.message, field: issue.path.join('.') || null }
}

/** Refusals stay as they are; what the database could not do now is one too; null for what nobody expected. */
export function asRefusal(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  return isUnavailable(error) ? unavailable(error) : null
}

function toTRPCError(refusal: AppError): TRPCError {
  return new TRPCError({ code: refusal.code, message: refusal.message, cause: refusal })
}

/** Whatever was thrown, as tRPC has it: what is none of our refusals is nobody's business but the log's. */
export function asTRPCError(thrown: unknown): TRPCError {
  if (thrown instanceof TRPCError && !(thrown.cause instanceof Error)) return thrown
  const refusal = asRefusal(thrown instanceof TRPCError ? thrown.cause : thrown)
  return refusal === null ? getTRPCErrorFromUnknown(thrown) : toTRPCError(refusal)
}

interface Asked {
  type: 'query' | 'mutation' | 'subscription'
  path: string
}

/** What a client is told of it. */
export function shapeOf(error: TRPCError, { type, path }: Asked) {
  const shape = { config: t._config, error, type, path, input: undefined, ctx: undefined }
  return getTRPCErrorShape<(typeof t)['_config']['$types']>(shape)
}
export type ErrorShape = ReturnType<typeof shapeOf>

export const router = t.router

/** Open to everybody. */
export const anyone = t.procedure

/** For those who are signed in: `ctx.viewer` is a person. */
export const signedIn = anyone.use(({ ctx, next }) => {
  if (ctx.viewer === null) throw new AppError('UNAUTHORIZED', 'Sign in first.')
  return next({ ctx: { ...ctx, viewer: ctx.viewer } })
})
