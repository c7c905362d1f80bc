import type { Crowd, Somebody } from './crowd'
import type { History } from './history'
import { readCursors } from './read-server'

export interface TrafficOptions {
  seconds: number
  /** Messages a second, of all together. */
  rate: number
  /** A line about how it goes. */
  tell(line: string): void
}

const TICK_MS = 20
const LOOK_MS = 1_000
const TELL_MS = 5_000
/** How many times somebody's socket is cut. */
const CUTS = 8
/** When somebody is taken out, and when they are back: shares of the whole time. */
const [OUT, BACK] = [0.3, 0.6]

/** What happens while a server is watched: everybody writes and reads, sockets break, and somebody comes and goes. */
export class Traffic {
  written = 0
  cuts = 0
  readonly #looks = new Map<string, string>()

  constructor(
    readonly crowd: Crowd,
    readonly history: History,
    readonly options: TrafficOptions,
  ) {}

  async run(): Promise<void> {
    const { seconds, rate, tell } = this.options
    const ms = seconds * 1_000
    const begun = performance.now()
    this.history.phase('fault', 'sockets are cut, and somebody is taken out and brought back')
    const timers = [
      setInterval(() => {
        while (this.written < ((performance.now() - begun) / 1_000) * rate) this.#writeOne()
      }, TICK_MS),
      setInterval(() => this.#cutOne(), ms / (CUTS + 0.5)),
      setInterval(() => void this.#lookAtCursors().catch(() => {}), LOOK_MS),
      setInterval(() => {
        tell(`${Math.round((performance.now() - begun) / 1_000)} s: ${this.written} messages written`)
      }, TELL_MS),
    ]
    const stop = () => timers.forEach(clearInterval)
    try {
      await Promise.all([Bun.sleep(ms).then(stop), this.#comeAndGo(ms)])
    } finally {
      stop()
      this.history.phase('heal', 'the last message is written, and nothing more is broken')
    }
  }

  #writeOne(): void {
    this.written += 1
    const { people, quiet } = this.crowd
    const { client } = pick(people.filter((one) => !quiet.has(one.client.userId)))
    const conversationId = this.#oneOf(client.userId)
    if (client.held(conversationId) !== null)
      client.write(conversationId, `${client.device} writes ${this.written}`)
    if (this.written % 5 !== 0) return
    const reader = pick(people)
    reader.client.look(this.#oneOf(reader.client.userId))
  }

  /** One of somebody's conversations; that of all has half of the messages. */
  #oneOf(userId: string): string {
    const { conversations, channelId } = this.crowd
    if (Math.random() < 0.5) return channelId
    const theirs = [...conversations].filter(([, members]) =>
      members.some(({ client }) => client.userId === userId),
    )
    return pick(theirs)[0]
  }

  #cutOne(): void {
    const { client } = pick(this.crowd.people)
    this.cuts += 1
    client.cut()
  }

  async #comeAndGo(ms: number): Promise<void> {
    const somebody = this.crowd.people.at(-1) as Somebody
    await Bun.sleep(ms * OUT)
    await this.crowd.takeOut(somebody)
    this.options.tell(`${somebody.client.device} is taken out of the conversation`)
    await Bun.sleep(ms * (BACK - OUT))
    await this.crowd.bringBack(somebody)
    this.options.tell(`${somebody.client.device} is back`)
  }

  /** Only what has changed since the last look goes into the history. */
  async #lookAtCursors(): Promise<void> {
    const { crowd, history } = this
    for (const look of await readCursors({ conversationId: crowd.channelId, api: crowd.owner.api })) {
      const value = `${look.delivered}/${look.read}`
      if (this.#looks.get(look.userId) === value) continue
      this.#looks.set(look.userId, value)
      history.add({ ...look, at: history.now() })
    }
  }
}

function pick<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
