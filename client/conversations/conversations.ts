import { replaceEqualDeep } from '@tanstack/react-query'
import type { Person, User } from '../../src/accounts/schema'
import type { Conversation } from '../../src/conversations/schema'
import type { Caches } from '../lib/trpc'
import { newerOf } from './list'

/**
 * The list of conversations, kept in react-query under `conversations.list` and moved by events. It is fetched once,
 * and again only when the server speaks of a conversation that is not in it.
 */
export class Conversations {
  #fetching: Promise<void> | null = null

  constructor(
    readonly caches: Caches,
    readonly me: User,
    /** Told of everybody the list names. */
    readonly learn: (people: Person[]) => void,
  ) {}

  get loaded(): boolean {
    return this.#data() !== undefined
  }

  all(): Conversation[] {
    return this.#data()?.conversations ?? []
  }

  find(conversationId: string): Conversation | undefined {
    return this.all().find((entry) => entry.id === conversationId)
  }

  /** Resolves when there is a list. Throws when the server could not be asked. */
  async load(): Promise<void> {
    if (this.loaded) this.#introduce(this.all())
    else await this.refresh()
  }

  /** Asks the server. What came by events meanwhile is kept. */
  refresh(): Promise<void> {
    this.#fetching ??= this.caches.conversations.list
      .fetch(undefined, { staleTime: 0 })
      .then(({ conversations }) => this.#introduce(conversations))
      .finally(() => {
        this.#fetching = null
      })
    return this.#fetching
  }

  /** Forgets everything and asks again: the server tells another history than before. */
  async startAfresh(): Promise<void> {
    await this.caches.conversations.list.reset()
    await this.load()
  }

  put(conversation: Conversation): void {
    this.learn(conversation.people)
    this.#set((entries) => {
      const known = entries.find((entry) => entry.id === conversation.id)
      const others = entries.filter((entry) => entry !== known)
      return [...others, newerOf(known, conversation)]
    })
  }

  change(conversationId: string, change: (entry: Conversation) => Conversation): void {
    const entry = this.find(conversationId)
    if (entry === undefined) return
    const changed = change(entry)
    if (changed !== entry) this.#set((entries) => entries.map((other) => (other === entry ? changed : other)))
  }

  remove(conversationId: string): void {
    this.#set((entries) => entries.filter((entry) => entry.id !== conversationId))
  }

  #introduce(conversations: Conversation[]): void {
    this.learn(conversations.flatMap(({ people }) => people))
  }

  #data() {
    return this.caches.conversations.list.getData()
  }

  #set(change: (entries: Conversation[]) => Conversation[]): void {
    this.caches.conversations.list.setData(undefined, (data) =>
      data === undefined ? undefined : { ...data, conversations: change(data.conversations) },
    )
  }
}

type Listed = { conversations: Conversation[] }

/**
 * For react-query's `structuralSharing` of the list: an answer may be older than the events that came while it was on
 * its way. Entries that did not change stay the same objects.
 */
export function mergeList(known: unknown, answered: unknown): unknown {
  if (!isListed(known) || !isListed(answered)) return answered
  const byId = new Map(known.conversations.map((entry) => [entry.id, entry]))
  const merged = answered.conversations.map((entry) => newerOf(byId.get(entry.id), entry))
  return replaceEqualDeep(known, { conversations: merged })
}

function isListed(data: unknown): data is Listed {
  return typeof data === 'object' && data !== null && 'conversations' in data
}
