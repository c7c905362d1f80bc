import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Context } from 'hono'
import type { HttpEnv } from './env'

/** Where a request comes from, or null when that is unknown (its connection is gone). */
export type AddressOf = (c: Context<HttpEnv>) => string | null

/**
 * The address is the connection's own, since anybody can write a header. Only a connection from one of `proxies`
 * (addresses, or networks like `10.0.0.0/8`) is believed: then it is the last address in X-Forwarded-For that is not
 * a trusted proxy's, as whatever stands further left came from outside.
 */
export function addressReader(proxies: string[]): AddressOf {
  const trusted = new BlockList()
  for (const proxy of proxies) trust(trusted, proxy)
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return (c) => {
    const peer = c.env?.requestIP?.(c.req.raw)?.address ?? null
    if (peer === null || proxies.length === 0 || !isTrusted(peer)) return peer
    const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) return peer
      if (!isTrusted(hop)) return hop
    }
    return peer
  }
}

function trust(list: BlockList, proxy: string): void {
  const [address = '', prefix] = proxy.split('/')
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (prefix === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(prefix), family)
}
