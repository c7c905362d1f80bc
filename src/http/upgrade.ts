import type { Handler } from 'hono'
import type { HttpEnv } from './env'
import { isUpgrade } from './origin'
import { refuse } from './refusal'
import type { SocketServer } from './socket'

/**
 * The door to the socket. Whoever is nobody is told so by an HTTP status before it: a client that is refused after the
 * upgrade comes back at once, for ever.
 */
export function upgradeToSocket(socket: Pick<SocketServer, 'upgrade'>): Handler<HttpEnv> {
  return (c) => {
    if (!isUpgrade(c.req.raw)) return refuse('BAD_REQUEST', 'This address is for the socket.')
    const viewer = c.get('viewer')
    if (viewer === null) return refuse('UNAUTHORIZED', 'Sign in first.')
    if (!socket.upgrade(c.req.raw, c.env, viewer))
      return refuse('BAD_REQUEST', 'This is not a proper upgrade.')
    // Bun has answered already. Hono would take no answer for a mistake and log it.
    return new Response(null)
  }
}
