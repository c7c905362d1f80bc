import { atEnd } from './at-end'
import { quietPort } from './quiet-port'
import { until } from './until'

export const hasRedis = Bun.which('redis-server') !== null

export interface TestRedis {
  readonly url: string
  readonly pid: number
  /** Sends a signal: SIGSTOP and SIGCONT to freeze it and go on, SIGKILL to lose it. Resolves when a killed one is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** A new, empty process on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A real Redis on a free port, without persistence: what it held is gone with its process. */
export async function startRedis(): Promise<TestRedis> {
  const port = quietPort()
  let server = await spawnServer(port)
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return server.pid
    },
    async kill(signal) {
      server.kill(signal)
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await server.exited
    },
    async restart() {
      server.kill('SIGKILL')
      await server.exited
      server = await spawnServer(port)
    },
    async stop() {
      server.kill('SIGKILL')
      await server.exited
    },
  }
}

async function spawnServer(port: number) {
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no']
  const server = Bun.spawn(['redis-server', ...options], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  })
  atEnd(() => server.kill('SIGKILL'))
  await until(() => answers(port), { what: `Redis on port ${port}` })
  return server
}

async function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_, bytes) => resolve(bytes.toString().startsWith('+PONG')),
      close: () => resolve(false),
    },
  }).catch(() => null)
  if (socket === null) return false
  socket.write('PING\r\n')
  const ponged = await promise
  socket.end()
  return ponged
}
