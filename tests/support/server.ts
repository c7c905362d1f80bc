import { readConfig } from '../../src/config'
import { type RunningServer, startServer } from '../../src/main'
import { testDatabase } from './postgres'

export interface TestServerOptions {
  databaseUrl?: string
  redisUrl?: string
  signUp?: 'open' | 'invite'
  /** The folder of the built client. */
  client?: string
  /** More of the environment, by name. */
  env?: Record<string, string>
}

export interface TestServer extends RunningServer, AsyncDisposable {}

/** The real server on a free port and the run's database; with `redisUrl` it is one of several instances. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const running = await startServer(
    readConfig({
      PORT: '0',
      DATABASE_URL: options.databaseUrl ?? (await testDatabase()),
      CONFAB_SECRET: 'a secret that is long enough for tests only',
      LOG_LEVEL: 'silent',
      ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
      ...(options.signUp === undefined ? {} : { CONFAB_SIGN_UP: options.signUp }),
      ...options.env,
    }),
    options.client === undefined ? {} : { client: options.client },
  )
  return { ...running, [Symbol.asyncDispose]: () => running.stop() }
}
