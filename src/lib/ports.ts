import { createServer } from 'node:net'

/**
 * The port `wanted` if it can be listened on, else null; 0 asks for any free one. Somebody else may take it before it is
 * used: whoever listens must still be ready for that.
 */
export function freePort(host: string, wanted = 0): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const probe = createServer()
  probe.once('error', () => resolve(null))
  probe.listen({ host, port: wanted, exclusive: true }, () => {
    const address = probe.address()
    const port = typeof address === 'object' && address !== null ? address.port : null
    probe.close(() => resolve(port))
  })
  return promise
}
