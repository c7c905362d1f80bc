import type { Handler, MiddlewareHandler } from 'hono'
import type { Deps } from '../deps'
import { within } from '../lib/deadline'
import type { HttpEnv } from './env'

const PING_MS = 2_000

/** Whether this process answers at all. Nothing else is asked, so an outage elsewhere restarts nobody. */
export const live: Handler = (c) => c.text('ok')

/** Whether requests are welcome here now. The bus does not count: without it the chat goes on. */
export function readiness({ sql }: Pick<Deps, 'sql'>, isReady: () => boolean): Handler {
  return async (c) => {
    const reached =
      isReady() &&
      (await within(
        PING_MS,
        sql`SELECT 1`.then(() => true),
      ).catch(() => false))
    return reached ? c.text('ok') : c.text('not ready', 503, { 'Retry-After': '1' })
  }
}

/**
 * While this instance is not ready, each answer is the last one on its connection: a balancer's next request opens another,
 * and goes where it is welcome.
 */
export function partWhenNotReady(isReady: () => boolean): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next()
    if (!isReady() && c.res.status !== 101) c.res.headers.set('Connection', 'close')
  }
}
