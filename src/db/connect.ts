import { Socket } from 'node:net'
import postgres from 'postgres'

/**
 * Milliseconds without a byte from the database, after we wrote to it, that end a connection. More than the
 * `statement_timeout` of the pool, so that only a database that is frozen or cut off gets there.
 */
const SILENCE_MS = 6_000
const LOOK_MS = 500

type Options = postgres.Options<Record<string, postgres.PostgresType>>

/**
 * postgres.js with a server's patience: no connection waits longer than 6 s for an answer, and a database that is back is
 * used again within half a second.
 *
 * By itself the driver would wait up to 20 s between its attempts, and for ever on a connection whose other end is
 * frozen or behind a black hole. What it is given between a socket's error and its close it would forget, for ever too,
 * along with the connection. And it would say ROLLBACK to a connection that broke within a transaction, which ends the
 * process, or another's transaction. `patches/` mends the last two.
 */
export function connect(url: string, options: Options): postgres.Sql {
  return postgres(url, { ...common, ...options, ...wire })
}

const common = {
  connect_timeout: 4,
  backoff: () => 0.2 + Math.random() * 0.3,
  onnotice: () => {},
} satisfies Options

/** Missing in the driver's types: it makes the socket of each connection. It must not fail, nor connect first. */
const wire = {
  socket({ host, port, path }: { host: string[]; port: number[]; path: string | false }): Socket {
    const socket = new Socket()
    if (path === false) socket.connect(port[0] ?? 5432, host[0] ?? 'localhost')
    else socket.connect(path)
    watch(socket)
    return socket
  },
}

/**
 * Ends a connection on which something was written since the last bytes came, and nothing has come for too long.
 *
 * When the driver turns to TLS it takes all listeners off; from then on only what the counters show is known. A second
 * statement on its way when a first one is answered can slip through; the next one written will not.
 */
function watch(socket: Socket): void {
  let answered = 0
  let read = 0
  let askedAt: number | null = null
  const heard = () => {
    answered = socket.bytesWritten
  }
  socket.on('data', heard)
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer)
    const { bytesRead, bytesWritten } = socket
    if (bytesRead > read) {
      askedAt = null
      if (!socket.listeners('data').includes(heard)) answered = bytesWritten
    }
    read = bytesRead
    if (bytesWritten > answered) askedAt ??= performance.now()
    if (askedAt !== null && performance.now() - askedAt > SILENCE_MS - LOOK_MS)
      socket.destroy(Object.assign(new Error('the database is silent'), { code: 'ETIMEDOUT' }))
  }, LOOK_MS)
  timer.unref()
}
