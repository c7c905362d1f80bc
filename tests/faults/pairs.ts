import type { Participant } from '../../verify/participant'
import { until } from '../support/until'
import type { Random } from './random'
import type { World } from './world'

/** A message whose answer its writer is not to get at once. */
interface Unanswered {
  id: string
  conversationId: string
  body: string
  writer: Participant
}

export interface Retried {
  /** Of the messages. */
  stored: number
  /** Of the retries, two for each message. */
  answered: number
  /** Answers that name another place than the message has. */
  different: number
}

interface Ways {
  /** Where the clients are that write, and lose their answers. */
  writing: string
  /** Where the same people's other clients are, which lose nothing. */
  safe: string
}

/** Everybody with two clients: one that writes and does not hear what became of it, and one that is safe. */
export class Pairs {
  readonly lost: Unanswered[] = []
  readonly safe: Participant[] = []
  readonly writers: Participant[] = []

  private constructor(
    readonly world: World,
    readonly random: Random,
  ) {}

  static async join(world: World, { writing, safe }: Ways): Promise<Pairs> {
    const pairs = new Pairs(world, world.random.fork('pairs'))
    for (const person of world.parts.people) pairs.safe.push(await world.join(person, { url: safe }))
    for (const person of world.parts.people) pairs.writers.push(await world.join(person, { url: writing }))
    return pairs
  }

  /** By one of its members. */
  write(body: string, conversationId = this.random.pick(this.world.parts.conversationIds)): Unanswered {
    const members = this.world.parts.memberIds.get(conversationId) ?? []
    const writer = this.random.pick(this.writers.filter(({ userId }) => members.includes(userId)))
    const id = writer.write(conversationId, body)
    const message = { id, conversationId, body, writer }
    this.lost.push(message)
    return message
  }

  /** Resolves when their writers owe nothing any more: the outboxes' own retries were answered. */
  async delivered(messages: readonly Unanswered[]): Promise<void> {
    const owed = () => messages.every(({ writer }) => writer.owed === 0)
    await until(owed, { what: 'the answer to the retry', within: 30_000 })
  }

  /** How many of them the database has. */
  async stored(messages: readonly Unanswered[]): Promise<number> {
    return (await this.#seqs(messages)).size
  }

  /** Tries of these messages that nobody answered. */
  unanswered(messages: readonly Unanswered[]): number {
    const ids = new Set(messages.map(({ id }) => id))
    const { entries } = this.world.history
    return entries.filter((one) => one.kind === 'send' && ids.has(one.id) && one.outcome === 'unknown').length
  }

  /** Sends each message once more from both clients of its writer, and compares what they are told. */
  async retryAll(): Promise<Retried> {
    const seqs = await this.#seqs(this.lost)
    const retried = { stored: seqs.size, answered: 0, different: 0 }
    for (const { writer, ...message } of this.lost)
      for (const client of [...this.safe, ...this.writers]) {
        if (client.userId !== writer.userId) continue
        const sent = await client.sendAgain(message).catch(() => null)
        if (sent === null) continue
        retried.answered += 1
        if (sent.seq !== seqs.get(message.id)) retried.different += 1
      }
    return retried
  }

  /**
   * Milliseconds from the first try to applying, for each message and safe client. The first try comes when what its writer
   * wrote before into the same conversation is answered.
   */
  arrivals(): number[] {
    const tried = new Map<string, number>()
    const devices = new Set(this.safe.map(({ device }) => device))
    const delays: number[] = []
    for (const entry of this.world.history.entries) {
      if (entry.kind === 'send' && !tried.has(`message ${entry.id}`))
        tried.set(`message ${entry.id}`, entry.startedAt)
      if (entry.kind !== 'applied' || !devices.has(entry.device)) continue
      const at = tried.get(entry.what)
      if (at !== undefined) delays.push(entry.at - at)
    }
    return delays
  }

  async #seqs(messages: readonly Unanswered[]): Promise<Map<string, number>> {
    const rows = await this.world.parts.sql<{ id: string; seq: string }[]>`
      SELECT id, seq FROM messages WHERE id = ANY (${messages.map(({ id }) => id)}::uuid[])`
    return new Map(rows.map(({ id, seq }) => [id, Number(seq)]))
  }
}
