import { createApp } from '../../src/app'
import { readConfig } from '../../src/config'
import type { Deps } from '../../src/deps'
import { createSocket } from '../../src/http/socket'
import { createLogger } from '../../src/lib/logger'
import { buildDeps } from '../../src/main'
import { appRouter } from '../../src/router'
import { quietPort } from './quiet-port'
import { readStatements, type Statements } from './statements'
import { until } from './until'

/** What was handed on at the seams of one instance, in order. */
export interface Counts {
  bus: { channel: string; payload: string }[]
  /** Frames given to Bun's own topics: one each, however many sockets have it. */
  native: { topic: string; text: string }[]
  /** Frames given to one socket by itself. */
  single: string[]
  /** Sends that have come to the queue. */
  submitted: number
}

export interface CountedInstance extends AsyncDisposable {
  url: string
  deps: Deps
  statements: Statements
  counts: Counts
  /** The counts begin again. */
  reset(): void
}

/** Connections that the pool opens; each asks the database for its types first. */
const POOL = 10

/**
 * The server's own parts, put together as `main.ts` does but for what runs by a timer (the reconciler, the reaper of
 * sessions, the instance's lock), so that whatever is counted was asked for. Nothing is replaced: what counts hands on.
 */
export async function startCounted(where: {
  databaseUrl: string
  redisUrl?: string
}): Promise<CountedInstance> {
  await using stack = new AsyncDisposableStack()
  const statements = stack.use(readStatements(where.databaseUrl))
  const config = readConfig({
    PORT: String(quietPort()),
    DATABASE_URL: statements.url,
    CONFAB_SECRET: 'a secret that is long enough for tests only',
    LOG_LEVEL: 'silent',
    ...(where.redisUrl === undefined ? {} : { REDIS_URL: where.redisUrl }),
  })
  const deps = buildDeps({ config, logger: createLogger(config.logLevel), url: statements.url }, stack)
  const { sql, bus, sends } = deps
  const socket = createSocket(deps, appRouter)
  const app = createApp(deps, { socket })
  const counts: Counts = { bus: [], native: [], single: [], submitted: 0 }
  const { websocket } = socket
  const server = Bun.serve({
    hostname: config.host,
    port: config.port,
    fetch: app.fetch,
    websocket: {
      ...websocket,
      open(ws) {
        ws.send = noting(ws.send.bind(ws), (data) => void counts.single.push(String(data)))
        return websocket.open?.(ws)
      },
    },
  })
  stack.defer(() => server.stop(true))
  bus.publish = noting(
    bus.publish.bind(bus),
    (channel, payload) => void counts.bus.push({ channel, payload }),
  )
  server.publish = noting(
    server.publish.bind(server),
    (topic, text) => void counts.native.push({ topic, text: String(text) }),
  )
  sends.submit = noting(sends.submit.bind(sends), (_send) => {
    counts.submitted += 1
  })
  socket.bind(server)

  await Promise.all(Array.from({ length: POOL }, () => sql`SELECT pg_sleep(0.1)`))
  await until(() => statements.connections === POOL && bus.healthy)
  const kept = stack.move()
  return {
    url: server.url.origin,
    deps,
    statements,
    counts,
    reset() {
      statements.said.length = 0
      Object.assign(counts, { bus: [], native: [], single: [], submitted: 0 })
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** The method, of which each call is noted first. */
function noting<Args extends unknown[], Answer>(
  method: (...args: Args) => Answer,
  note: (...args: Args) => void,
): (...args: Args) => Answer {
  return (...args) => {
    note(...args)
    return method(...args)
  }
}
