import { connect, createServer } from 'node:net'

export interface StatementCounter {
  /** The database's address, by way of what counts. */
  url: string
  /** Statements so far, over all connections. */
  count: number
}

const EXECUTE = 0x45
const QUERY = 0x51
/** A message's kind and its length. */
const HEAD = 5

/**
 * Counts what a server asks of its database, exactly, whatever PostgreSQL has been told to keep: on the wire each
 * statement is one Execute, or one Query if it has no parameters. It takes time on the way, so no time is measured through it.
 */
export async function countStatements(
  databaseUrl: string,
  stack: AsyncDisposableStack,
): Promise<StatementCounter> {
  const url = new URL(databaseUrl)
  const target = { host: url.hostname, port: Number(url.port) }
  const counter = { url: '', count: 0 }
  const server = createServer((client) => {
    const database = connect({ ...target, noDelay: true })
    const read = reader((kind) => {
      if (kind === EXECUTE || kind === QUERY) counter.count += 1
    })
    client.on('data', read)
    client.pipe(database)
    database.pipe(client)
    client.on('error', () => database.destroy())
    database.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => void server.close())
  const address = server.address()
  if (typeof address === 'string' || address === null) throw new Error('nothing listens')
  url.port = String(address.port)
  counter.url = url.href
  return counter
}

/** Tells the kind of each message, however they are cut. The first has none. */
function reader(onMessage: (kind: number) => void): (chunk: Buffer) => void {
  let head = Buffer.from([0])
  let skip = 0
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (skip > 0) {
        const skipped = Math.min(skip, chunk.length - at)
        skip -= skipped
        at += skipped
        continue
      }
      const taken = chunk.subarray(at, at + HEAD - head.length)
      head = Buffer.concat([head, taken])
      at += taken.length
      if (head.length < HEAD) return
      skip = head.readInt32BE(1) - 4
      onMessage(head[0] ?? 0)
      head = Buffer.alloc(0)
    }
  }
}
