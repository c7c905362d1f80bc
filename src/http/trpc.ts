import type { TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import type { Handler } from 'hono'
import type { Deps } from '../deps'
import { BATCH_MAX } from '../lib/limits'
import { appRouter } from '../router'
import type { HttpEnv } from './env'
import { refuse, retryAfter } from './refusal'
import { cookieJar } from './session'

const ENDPOINT = '/trpc'

/** Queries and mutations, alone or in a batch. Subscriptions have the socket: there they end with their session. */
export function answerCalls(deps: Deps): Handler<HttpEnv> {
  return (c) => {
    const path = c.req.path.slice(ENDPOINT.length + 1)
    if (!/^[\w.,]+$/.test(path)) return refuse('NOT_FOUND', 'There is no such procedure.')
    if (isSubscription(path)) return refuse('METHOD_NOT_SUPPORTED', 'Subscribe over the socket.')
    return fetchRequestHandler({
      endpoint: ENDPOINT,
      req: c.req.raw,
      router: appRouter,
      maxBatchSize: BATCH_MAX,
      createContext: ({ resHeaders }) => ({
        deps,
        viewer: c.get('viewer'),
        cookie: cookieJar(deps, resHeaders),
        answerBy: c.get('answerBy'),
      }),
      responseMeta: ({ errors }) => ({ headers: retryAfter(errors.map((error) => error.code)) }),
      onError: ({ error, path: procedure }) =>
        tell(deps, error, { requestId: c.get('requestId'), procedure }),
    })
  }
}

function isSubscription(path: string): boolean {
  return Reflect.get(appRouter._def.procedures, path)?._def?.type === 'subscription'
}

/** Only what is our own fault or the database's: refusals have their line in the request log. */
function tell({ logger }: Deps, error: TRPCError, where: { requestId: string; procedure?: string }): void {
  if (error.code === 'INTERNAL_SERVER_ERROR') logger.error({ ...where, error }, 'failed')
  if (error.code === 'SERVICE_UNAVAILABLE') logger.warn({ ...where, error }, 'unavailable')
}
