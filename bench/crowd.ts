import { newId } from '../src/lib/ids'
import type { EventRange, Head } from '../src/sync/schema'
import type { SignedIn } from '../verify/front-door'
import type { MeasuredServer } from './children'
import { HttpConnection } from './http'
import { batched } from './pages'
import type { Bench } from './scenario'
import { confabSocket } from './sockets'
import { quantile } from './stats'
import { openWire, type Wire } from './wire'

/** Conversations that the client catches up with at the same time. */
const WIDTH = 4
const BODY = 'x'.repeat(100)
/** For the server to see that they are gone. */
const GONE_MS = 300

/** Everybody on one server: a socket each, and what each holds of every conversation. */
export class Crowd {
  readonly #tabs: Tab[]
  readonly #writers: { conversationId: string; connection: HttpConnection }[]

  constructor(
    readonly bench: Bench,
    readonly setting: { server: MeasuredServer; people: SignedIn[]; conversationIds: string[] },
  ) {
    const { server, people, conversationIds } = setting
    this.#tabs = people.map((person) => new Tab(server.url, person))
    // The nth conversation begins with the person at ten times n.
    this.#writers = conversationIds.flatMap((conversationId, n) => {
      const person = people[(n * people.length) / conversationIds.length]
      if (person === undefined) return []
      const headers = { cookie: person.cookie, origin: server.url, 'content-type': 'application/json' }
      return [{ conversationId, connection: new HttpConnection(server.url, '/trpc/messages.send', headers) }]
    })
    bench.stack.defer(() => {
      for (const tab of this.#tabs) tab.cut()
      for (const { connection } of this.#writers) connection.close()
    })
  }

  async cut(): Promise<void> {
    for (const tab of this.#tabs) tab.cut()
    await Bun.sleep(GONE_MS)
  }

  /** One message each in as many conversations, spread over all of them. */
  async send(count: number): Promise<void> {
    const step = this.#writers.length / count
    for (let n = 0; n < count; n++) {
      const writer = this.#writers[Math.floor(n * step)]
      const message = { id: newId(), conversationId: writer?.conversationId, body: BODY }
      await writer?.connection.post(JSON.stringify(message))
    }
  }

  /** Microseconds of CPU and counts are of each socket. */
  async comeBack(atOnce: number) {
    const { server } = this.setting
    const { database } = this.bench
    const before = { ...(await server.usage()), postgres: await database.cpu() }
    const delays: number[] = []
    const start = performance.now()
    let [ranges, requests] = [0, 0]
    const waiting = this.#tabs.values()
    const worker = async () => {
      for (const tab of waiting) {
        const at = performance.now()
        const caughtUp = await tab.comeBack()
        ranges += caughtUp.ranges
        requests += caughtUp.requests
        delays.push(performance.now() - at)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const all = performance.now() - start
    const count = this.#tabs.length
    return {
      ...{ all, p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) },
      server: ((await server.usage()).cpu - before.cpu) / count,
      postgres: (((await database.cpu()) - before.postgres) * 1e6) / count,
      ...{ ranges: ranges / count, requests: requests / count },
    }
  }
}

/** Does on the wire what a tab of the client does; the first time it holds all that is there. */
class Tab {
  readonly #held = new Map<string, number>()
  #wire: Wire | null = null

  constructor(
    readonly url: string,
    readonly person: SignedIn,
  ) {}

  cut(): void {
    this.#wire?.close()
    this.#wire = null
  }

  async comeBack(): Promise<{ ranges: number; requests: number }> {
    let sync = ''
    this.#wire = await openWire({
      ...confabSocket(this.url, this.person, 1),
      begun(text) {
        sync = text
        return text.includes('"type":"sync"')
      },
      onFrame: () => {},
    })
    const { result }: { result: { data: { heads: Head[] } } } = JSON.parse(sync)
    const { heads } = result.data
    const moved = heads.filter(({ conversationId, seq }) => seq > (this.#held.get(conversationId) ?? seq))
    for (const { conversationId, seq } of heads)
      if (!this.#held.has(conversationId)) this.#held.set(conversationId, seq)
    return { ranges: moved.length, requests: await this.#catchUp(moved) }
  }

  /** Calls of one turn go in one request, as the client's do. */
  async #catchUp(moved: Head[]): Promise<number> {
    if (moved.length === 0) return 0
    const headers = { cookie: this.person.cookie, 'content-type': 'application/json' }
    const connection = new HttpConnection(this.url, '', headers)
    let requests = 0
    for (let n = 0; n < moved.length; n += WIDTH) {
      const asked = moved.slice(n, n + WIDTH)
      const inputs = asked.map(({ conversationId }) => ({
        ...{ conversationId, after: this.#held.get(conversationId) ?? 0, limit: 200 },
      }))
      const answer = await connection.get(batched('sync.range', inputs))
      requests += 1
      const ranges: { result: { data: EventRange } }[] = JSON.parse(answer.toString())
      for (const [index, { conversationId, seq }] of asked.entries()) {
        const upTo = ranges[index]?.result.data.upTo ?? 0
        if (upTo < seq) throw new Error(`the range of ${conversationId} ends at ${upTo}, before ${seq}`)
        this.#held.set(conversationId, upTo)
      }
    }
    connection.close()
    return requests
  }
}
