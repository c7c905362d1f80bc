import type { MiddlewareHandler } from 'hono'
import { serialize } from 'hono/utils/cookie'
import { readSession, sessionCookieName } from '../accounts/sessions'
import type { Deps } from '../deps'
import { within } from '../lib/deadline'
import type { Context } from '../rpc'
import type { HttpEnv } from './env'

/** Finds out who is asking. It comes behind the origin guard, before tRPC and before the upgrade. */
export function readViewer(deps: Deps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const header = c.req.header('cookie') ?? null
    const left = c.get('answerBy') - performance.now()
    c.set('viewer', header === null ? null : await within(left, readSession(deps, header)))
    return next()
  }
}

/** Writes the session's cookie into an answer's headers. */
export function cookieJar({ config }: Pick<Deps, 'config'>, headers: Headers): Context['cookie'] {
  const name = sessionCookieName(config)
  const flags = { path: '/', httpOnly: true, sameSite: 'Lax', secure: config.secureCookies } as const
  return {
    set: (token, expires) => headers.append('Set-Cookie', serialize(name, token, { ...flags, expires })),
    clear: () => headers.append('Set-Cookie', serialize(name, '', { ...flags, maxAge: 0 })),
  }
}
