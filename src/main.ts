import { Passwords } from './accounts/passwords'
import { SessionCache } from './accounts/session-cache'
import { createApp } from './app'
import { type Config, readConfig } from './config'
import { awaitDatabase } from './db/await-database'
import { startEmbedded } from './db/embedded'
import { takeInstanceLock } from './db/instance-lock'
import { migrate } from './db/migrate'
import { openDatabase } from './db/open'
import type { Deps } from './deps'
import { SessionReaper } from './http/session-reaper'
import { createSocket } from './http/socket'
import { systemClock } from './lib/clock'
import { type Failpoints, openFailpoints } from './lib/failpoints'
import { REQUEST_BODY_MAX_BYTES } from './lib/limits'
import { createLogger, type Logger } from './lib/logger'
import { freePort } from './lib/ports'
import { runUntilSignalled } from './lib/run'
import { StartError } from './lib/start-error'
import { Hub } from './live/hub'
import { createMemoryBus } from './live/memory-bus'
import { Reconciler } from './live/reconciler'
import { createRedisBus } from './live/redis-bus'
import { SendQueue } from './live/send-queue'
import { ReceiptQueue } from './receipts/queue'
import { appRouter } from './router'
import { createReaders } from './sync/readers'
import { TypingThrottle } from './typing/throttle'

export interface RunningServer {
  /** Where this process listens. Browsers go to `deps.config.publicOrigins`. */
  url: string
  port: number
  deps: Deps
  /** Finishes what is begun, says goodbye to the sockets and lets go of everything. Once, however often it is called. */
  stop(): Promise<void>
}

export interface ServerParts {
  /** The folder of the built client; none in development, where Vite serves it. */
  client?: string
}

/** The whole life of the program: configured by the environment, ended by a signal. */
export async function run(parts: ServerParts = {}): Promise<RunningServer> {
  const running = await runUntilSignalled(() => startServer(readConfig(), parts))
  const { config, logger } = running.deps
  logger.info({ url: running.url, publicOrigins: config.publicOrigins }, 'listening')
  // Of work that nobody waits for. One piece of it must not take everybody's connection down.
  process.on('unhandledRejection', (error) => logger.error({ error }, 'unhandled rejection'))
  return running
}

/** Between "not ready" and the end of the sockets: a load balancer sends nobody here any more. */
const NOTICE_MS = 3_000
/** For requests in progress. Each is answered within 8 s. */
const FINISH_MS = 9_000

/**
 * Builds every part, in the order in which one needs another, and takes them down in the reverse order, also when a later
 * one cannot be built.
 *
 * @throws StartError with a sentence for the operator
 */
export async function startServer(wanted: Config, parts: ServerParts = {}): Promise<RunningServer> {
  const stack = new AsyncDisposableStack()
  try {
    const config = await onFreePort(wanted)
    const logger = createLogger(config.logLevel)
    const tell = (sentence: string) => logger.warn(sentence)
    const failpoints = openFailpoints(config, tell)
    const url = config.databaseUrl ?? (await ownDatabase(config, tell, stack))
    await awaitDatabase(url)
    await migrate(url)
    const lock = await takeInstanceLock(url, { shared: config.redisUrl !== null, tell })
    stack.defer(() => lock.release())
    const deps = buildDeps({ config, logger, url, failpoints }, stack)
    const reconciler = new Reconciler({ ...deps, readers: createReaders(deps) })
    stack.defer(() => reconciler.close())
    return serve(deps, parts, { stack, isHeld: () => lock.held })
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function ownDatabase(config: Config, tell: (sentence: string) => void, stack: AsyncDisposableStack) {
  const database = await startEmbedded({ ...config, tell })
  stack.defer(() => database.stop())
  return database.url
}

interface Ground {
  config: Config
  logger: Logger
  /** Of the database. */
  url: string
  failpoints?: Failpoints | undefined
}

/** All parts but those that run by a timer of their own. */
export function buildDeps({ config, logger, url, failpoints }: Ground, stack: AsyncDisposableStack): Deps {
  const database = openDatabase(url)
  stack.defer(() => database.close())
  const { sql, db } = database
  const bus = config.redisUrl === null ? createMemoryBus() : createRedisBus(config.redisUrl, logger)
  stack.defer(() => bus.close())
  const clock = systemClock
  const hub = new Hub({ bus, readers: createReaders(database), clock, logger })
  stack.defer(() => hub.close())
  const receipts = new ReceiptQueue({ sql, bus, logger })
  stack.defer(() => receipts.stop())
  return {
    ...{ config, db, sql, bus, hub, receipts, clock, logger, failpoints },
    sends: new SendQueue({ sql, bus, logger, failpoints }),
    typing: new TypingThrottle(clock),
    passwords: new Passwords(),
    sessions: new SessionCache(bus),
  }
}

interface Life {
  stack: AsyncDisposableStack
  isHeld: () => boolean
}

function serve(deps: Deps, { client }: ServerParts, { stack, isHeld }: Life): RunningServer {
  const { config } = deps
  const socket = createSocket(deps, appRouter)
  let stopped: Promise<void> | null = null
  const isReady = () => stopped === null && isHeld()
  const app = createApp(deps, { socket, isReady, ...(client === undefined ? {} : { clientDir: client }) })
  const server = listen(config, () =>
    Bun.serve({
      hostname: config.host,
      port: config.port,
      idleTimeout: 10,
      // Bun cuts off without a word what is far too large; what is a little too large is refused with a sentence.
      maxRequestBodySize: 2 * REQUEST_BODY_MAX_BYTES,
      fetch: app.fetch,
      websocket: socket.websocket,
    }),
  )
  socket.bind(server)
  const reaper = new SessionReaper(deps, socket.sockets)
  stack.defer(() => reaper.close())

  async function stop(): Promise<void> {
    socket.admission.closed = true
    // Only where there are other instances is there somebody to send people to.
    if (config.redisUrl !== null && !config.loopback) await Bun.sleep(NOTICE_MS)
    await socket.sockets.drain()
    // No new connection, and the idle ones end; the answers that are due go out.
    const finished = server.stop()
    await Promise.race([finished, Bun.sleep(FINISH_MS)])
    await server.stop(true)
    await stack.disposeAsync()
  }
  return {
    url: server.url.origin,
    port: config.port,
    deps,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

/**
 * Looked at first of all, so that a second start by mistake is told at once. For port 0 this is where the number is drawn,
 * since the public origin has to be known before anything is served.
 */
async function onFreePort(config: Config): Promise<Config> {
  const port = await freePort(config.host, config.port)
  if (port === null) throw portTaken(config)
  const publicOrigins = config.publicOrigins.map((origin) => origin.replace(/:0$/, `:${port}`))
  return { ...config, port, publicOrigins }
}

function listen<T>(config: Config, begin: () => T): T {
  try {
    return begin()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') throw portTaken(config)
    throw error
  }
}

function portTaken({ host, port }: Config): StartError {
  return new StartError(
    `Port ${port} on ${host} cannot be listened on, most likely since another program does: stop that one, or choose another PORT.`,
  )
}

if (import.meta.main) await run()
