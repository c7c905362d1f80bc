import { initTRPC, TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import type { Viewer } from './accounts/sessions'
import type { Deps } from './deps'
import { AppError } from './lib/errors'

export interface Context {
  deps: Deps
  viewer: Viewer | null
  /** The session cookie of this call's answer. On the socket, where no header can be set, it does nothing. */
  cookie: { set(token: string, expiresAt: Date): void; clear(): void }
}

const t = initTRPC.context<Context>().create({
  /**
   * The one place where an error takes its public shape: a code, a sentence and a field. tRPC would send the cause's
   * message of whatever was thrown, and Drizzle's holds the statement and its parameters.
   */
  errorFormatter({ shape, error }) {
    const { sentence, field } = publicFace(error)
    return {
      code: shape.code,
      message: sentence,
      data: { code: error.code, httpStatus: shape.data.httpStatus, path: shape.data.path, field },
    }
  },
})

function publicFace(error: TRPCError): { sentence: string; field: string | null } {
  const { cause } = error
  if (cause instanceof AppError) return { sentence: cause.message, field: cause.field ?? null }
  if (cause instanceof ZodError) {
    const [issue] = cause.issues
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.')
    return { sentence: issue?.message ?? 'The input is not valid.', field: field === '' ? null : field }
  }
  if (error.code === 'INTERNAL_SERVER_ERROR') return { sentence: 'Something went wrong on the server.', field: null }
  return { sentence: error.message, field: null }
}

/** Refusals keep their code; what the database could not do now is 503; the rest stays an unexpected error. */
const translateErrors = t.middleware(async ({ next }) => {
  const result = await next()
  if (result.ok) return result
  const { cause } = result.error
  if (cause instanceof AppError) throw new TRPCError({ code: cause.code, message: cause.message, cause })
  return result
})

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Open to everybody. */
export const anyone = t.procedure.use(translateErrors)

/** For those who are signed in: `ctx.viewer` is a person. */
export const signedIn = anyone.use(({ ctx, next }) => {
  if (ctx.viewer === null) throw new AppError('UNAUTHORIZED', 'Sign in first.')
  return next({ ctx: { ...ctx, viewer: ctx.viewer } })
})
