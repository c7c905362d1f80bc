import { freePort } from '../../src/lib/ports'
import { startSite } from './browser'
import { startProxy, type TcpProxy } from './proxy'
import type { TestServer } from './server'

export interface WiredSite {
  server: TestServer
  /** The way from the browsers to the server, to be broken. The browsers themselves believe that they are online. */
  wire: TcpProxy
  /** The server's address, by way of the wire. */
  url: string
}

/** The site, reached directly or by a wire; a page may come either way. */
export async function startBehindWire(): Promise<WiredSite> {
  const port = await freePort('127.0.0.1')
  const direct = `http://127.0.0.1:${port}`
  const wire = startProxy(direct)
  const url = new URL(wire.url).origin
  const server = await startSite({ env: { PORT: String(port), PUBLIC_ORIGIN: [direct, url].join() } })
  return { server, wire, url }
}
