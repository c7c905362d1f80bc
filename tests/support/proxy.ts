import { Edge } from './edge'

/** An `Edge` on the way to one address, for tests that break it in the simplest ways. */
export interface TcpProxy extends Disposable {
  /** The target's address, by way of the proxy. */
  url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  /**
   * Nothing comes back any more on a connection whose client sends, or has sent, this text; it stays open. Connections
   * that send it after `release` are spared.
   */
  swallowAnswersTo(text: string): { release(): void }
  /** A connection breaks when its client sends this text, and the text gets lost, until the answer is disposed of. */
  ban(text: string): Disposable
}

export function startProxy(target: string): TcpProxy {
  const url = new URL(target)
  const to = { hostname: url.hostname, port: Number(url.port) }
  const edge = new Edge(() => [to], { remembers: true })
  url.hostname = '127.0.0.1'
  url.port = String(edge.port)
  return {
    url: url.href,
    cut: () => edge.refuse(),
    mend: () => edge.pass(),
    swallowAnswersTo(text) {
      const loss = edge.loseAnswersTo(text)
      return { release: () => loss[Symbol.dispose]() }
    },
    ban: (text) => edge.ban(text),
    [Symbol.dispose]: () => edge[Symbol.dispose](),
  }
}
