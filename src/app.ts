import { Hono, type MiddlewareHandler } from 'hono'
import { requestId } from 'hono/request-id'
import type { Deps } from './deps'
import { addressReader } from './http/address'
import { admit } from './http/admit'
import { jsonBody } from './http/body'
import type { HttpEnv } from './http/env'
import { securityHeaders } from './http/headers'
import { live, partWhenNotReady, readiness } from './http/health'
import { requestLog } from './http/log'
import { originGuard } from './http/origin'
import { refuse } from './http/refusal'
import { readViewer } from './http/session'
import type { SocketServer } from './http/socket'
import { serveClient } from './http/static'
import { answerCalls } from './http/trpc'
import { upgradeToSocket } from './http/upgrade'
import { asRefusal } from './rpc'

export interface AppParts {
  socket: Pick<SocketServer, 'upgrade' | 'admission'>
  /** The built client. None in development, where Vite serves it. */
  clientDir?: string
  /** Whether the start is through and no stop has begun. */
  isReady?: () => boolean
}

/** Everything that HTTP can reach. `Bun.serve({ fetch: app.fetch })` hands its server over as Hono's bindings. */
export function createApp(deps: Deps, { socket, clientDir, isReady = () => true }: AppParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const { config, logger } = deps

  app.get('/trpc', admit(socket.admission, logger))
  app.use(
    requestId({ headerName: '' }),
    requestLog(logger, addressReader(config.trustedProxies)),
    securityHeaders(config),
    partWhenNotReady(isReady),
  )
  app.get('/livez', live)
  app.get('/readyz', readiness(deps, isReady))

  app.use('/trpc/*', neverStored, originGuard(config), jsonBody(), readViewer(deps))
  app.get('/trpc', upgradeToSocket(socket))
  app.all('/trpc/*', answerCalls(deps))

  // Kept for what is not built yet, so that nobody takes the client's page for an answer.
  for (const path of ['/files/*', '/hooks/*', '/metrics']) app.all(path, (c) => c.notFound())
  app.get('*', serveClient(clientDir))

  app.notFound(() => refuse('NOT_FOUND', 'There is nothing at this address.'))
  app.onError((error, c) => {
    const refusal = asRefusal(error)
    if (refusal !== null) return refuse(refusal.code, refusal.message)
    logger.error({ requestId: c.get('requestId'), error }, 'failed')
    return refuse('INTERNAL_SERVER_ERROR', 'Something went wrong on the server.')
  })
  return app
}

const neverStored: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', 'no-store')
}
