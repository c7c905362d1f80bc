import { Edge } from './edge'

/** What a server says to its PostgreSQL, read from the wire: whatever library says it, and BEGIN and COMMIT too. */
export interface Statements extends Disposable {
  /** The database's address, by way of what reads. */
  url: string
  /** The text of each statement that was run, as often as it was run, in order. */
  said: string[]
  readonly connections: number
  /** Nothing gets to the database until `release`. */
  hold(): void
  release(): void
}

export function readStatements(databaseUrl: string): Statements {
  const url = new URL(databaseUrl)
  const target = { hostname: url.hostname, port: Number(url.port) }
  const said: string[] = []
  const edge = new Edge(() => [target], { newListener: () => reader((text) => said.push(text)) })
  url.hostname = '127.0.0.1'
  url.port = String(edge.port)
  return {
    url: url.href,
    said,
    get connections() {
      return edge.connections
    },
    hold: () => edge.hole('up'),
    release: () => edge.pass(),
    [Symbol.dispose]: () => edge[Symbol.dispose](),
  }
}

/** @see https://www.postgresql.org/docs/current/protocol-message-formats.html: an Execute or a Query is one statement. */
function reader(told: (text: string) => void): (bytes: Uint8Array) => void {
  let kept: Buffer = Buffer.alloc(0)
  // The first message of a connection has no kind.
  let greeted = false
  const statements = new Map<string, string>()
  const portals = new Map<string, string>()

  function take(kind: string, [first = '', second = '']: string[]): void {
    if (kind === 'Q') told(first)
    else if (kind === 'P') statements.set(first, second)
    else if (kind === 'B') portals.set(first, statements.get(second) ?? `a statement named ${second}`)
    else if (kind === 'E') told(portals.get(first) ?? 'what nobody has bound')
  }

  return (bytes) => {
    kept = Buffer.concat([kept, bytes])
    for (let head = greeted ? 1 : 0; kept.length >= head + 4; head = 1) {
      const end = head + kept.readInt32BE(head)
      if (kept.length < end) return
      const kind = greeted ? String.fromCharCode(kept[0] ?? 0) : ''
      take(kind, texts(kept.subarray(head + 4, end)))
      greeted = true
      kept = kept.subarray(end)
    }
  }
}

/** The two strings, ended by a zero each, that these messages begin with. */
function texts(bytes: Buffer): string[] {
  return bytes.toString().split('\0', 2)
}
