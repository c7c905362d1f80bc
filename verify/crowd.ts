import { type Api, createApi } from '../client/lib/trpc'
import { CannotVerify, insist, type SignedIn } from './front-door'
import type { History } from './history'
import { Participant } from './participant'
import type { Readable } from './read-server'
import { recordCalls } from './record'

/** One person of a run: a client, and calls that no screen of it makes. */
export interface Somebody {
  client: Participant
  api: Api
}

const ONLINE_MS = 30_000
/** What a repeated call is told when the first try was carried out. */
const isGone = (status: number) => status === 404 || status === 403

/** The people of a run with what they talk in: one private conversation of all, and direct ones. */
export class Crowd {
  /** User ids of those who write nothing for a while. */
  readonly quiet = new Set<string>()

  readonly people: readonly Somebody[]
  /** Of the conversation of all. */
  readonly owner: Somebody
  readonly channelId: string
  /** Who is in it, by conversation. */
  readonly conversations: ReadonlyMap<string, readonly Somebody[]>

  private constructor(made: Pick<Crowd, 'people' | 'owner' | 'channelId' | 'conversations'>) {
    this.people = made.people
    this.owner = made.owner
    this.channelId = made.channelId
    this.conversations = made.conversations
  }

  /** @throws CannotVerify when the sockets do not open */
  static async gather(url: string, signedIn: readonly SignedIn[], history: History): Promise<Crowd> {
    const people = signedIn.map((person) => {
      const seen = { device: person.user.username, userId: person.user.id }
      const headers = { cookie: person.cookie, origin: url }
      return {
        client: new Participant({ ...seen, person, url, origin: url, history }),
        api: createApi({ url: `${url}/trpc`, headers, observe: recordCalls(history, seen) }),
      }
    })
    const [owner] = people
    if (owner === undefined) throw new CannotVerify('There is nobody to verify with.')
    try {
      const opened = await within(ONLINE_MS, () => people.every(({ client }) => client.online))
      if (!opened) throw new CannotVerify(`${url} answers, but the sockets of its clients do not open.`)
      const conversations = new Map<string, Somebody[]>()
      const channelId = await openChannel(owner, people)
      conversations.set(channelId, people)
      for (const [index, one] of people.entries()) {
        const other = people[(index + 1) % people.length] ?? owner
        conversations.set(await openDirect(one, other), [one, other])
      }
      return new Crowd({ people, owner, channelId, conversations })
    } catch (error) {
      for (const { client } of people) client.stop()
      throw error
    }
  }

  /** Takes somebody out of the channel. What they have written there is answered for by then, and nothing new comes. */
  async takeOut({ client }: Somebody): Promise<void> {
    this.quiet.add(client.userId)
    await within(ONLINE_MS, () => client.owed === 0)
    const wanted = { conversationId: this.channelId, userId: client.userId }
    await insist((options) => this.owner.api.conversations.removeMember.mutate(wanted, options), isGone)
  }

  async bringBack({ client }: Somebody): Promise<void> {
    const wanted = { conversationId: this.channelId, userIds: [client.userId] }
    await insist((options) => this.owner.api.conversations.addMembers.mutate(wanted, options))
    this.quiet.delete(client.userId)
  }

  /**
   * Waits until all that was written is answered, and everybody holds everything that the server has.
   *
   * @returns milliseconds since it was called; null when `ms` were not enough
   */
  async settle(ms: number): Promise<number | null> {
    const start = performance.now()
    const left = () => ms - (performance.now() - start)
    const answered = await within(left(), () => this.people.every(({ client }) => client.owed === 0))
    if (!answered) return null
    for (const { conversationId, api } of this.readables()) {
      const members = this.conversations.get(conversationId) ?? []
      const page = await insist((options) =>
        api.messages.history.query({ conversationId, limit: 1 }, options),
      )
      const head = page?.head.seq ?? 0
      const held = await within(left(), () =>
        members.every(({ client }) => client.held(conversationId) === head),
      )
      if (!held) return null
    }
    return performance.now() - start
  }

  /** Each conversation, with the calls of somebody who is in it. */
  readables(): Readable[] {
    return [...this.conversations].map(([conversationId, members]) => ({
      conversationId,
      api: members[0]?.api ?? this.owner.api,
    }))
  }

  /** Everybody leaves what can be left. Neither direct conversations nor accounts can be taken away. */
  async leave(): Promise<void> {
    for (const { api } of this.people.toReversed()) {
      const list = await insist((options) => api.conversations.list.query(undefined, options))
      for (const { id, kind } of list?.conversations ?? [])
        if (kind !== 'direct')
          await insist((options) => api.conversations.leave.mutate({ conversationId: id }, options), isGone)
    }
  }

  /** The clients are closed, and their sessions if possible: unused, they end by themselves. */
  async end(): Promise<void> {
    for (const { client } of this.people) client.stop()
    await Promise.allSettled(this.people.map(({ api }) => api.accounts.logOut.mutate()))
  }
}

async function openChannel(owner: Somebody, people: readonly Somebody[]): Promise<string> {
  const wanted = { kind: 'private' as const, name: owner.client.device.replace(/-\d+$/, '') }
  const made = await insist((options) => owner.api.conversations.create.mutate(wanted, options))
  const conversationId = made?.conversation.id ?? ''
  const userIds = people.map(({ client }) => client.userId)
  await insist((options) => owner.api.conversations.addMembers.mutate({ conversationId, userIds }, options))
  return conversationId
}

async function openDirect({ api }: Somebody, other: Somebody): Promise<string> {
  const userIds = [other.client.userId]
  const opened = await insist((options) => api.conversations.openDirect.mutate({ userIds }, options))
  return opened?.conversation.id ?? ''
}

async function within(ms: number, condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ms
  while (!condition()) {
    if (performance.now() > deadline) return false
    await Bun.sleep(20)
  }
  return true
}
