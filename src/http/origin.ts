import type { MiddlewareHandler } from 'hono'
import { sessionCookieName } from '../accounts/sessions'
import type { Config } from '../config'
import type { HttpEnv } from './env'
import { refuse } from './refusal'

/**
 * Keeps other sites from acting in somebody's name: for everything but reads, and for the upgrade. It looks at no
 * session, so a foreign page cannot even make us read one.
 *
 * The Origin header must be one of PUBLIC_ORIGIN, to the letter; it is never compared with the Host header, which
 * whoever points a name at our address chooses. A request without Origin is no browser's; it may go on only if no
 * cookie speaks for somebody.
 */
export function originGuard(config: Config): MiddlewareHandler<HttpEnv> {
  const ours = new Set(config.publicOrigins.map(foldLoopback))
  const cookie = `${sessionCookieName(config)}=`
  return async (c, next) => {
    const upgrade = isUpgrade(c.req.raw)
    if (!upgrade && (c.req.method === 'GET' || c.req.method === 'HEAD')) return next()
    const origin = c.req.header('origin')
    const site = c.req.header('sec-fetch-site')
    const known =
      origin === undefined
        ? !upgrade && !c.req.header('cookie')?.includes(cookie)
        : ours.has(foldLoopback(origin))
    const near = site === undefined || site === 'same-origin' || site === 'none'
    if (known && near) return next()
    return refuse('FORBIDDEN', 'This request does not come from a page of this server.')
  }
}

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket'
}

/** The spellings of this very machine are one origin, as long as scheme and port are the same. */
function foldLoopback(origin: string): string {
  return origin.replace(/^(https?:\/\/)(?:localhost|127\.0\.0\.1|\[::1\])(?=$|:\d+$)/, '$1localhost')
}
