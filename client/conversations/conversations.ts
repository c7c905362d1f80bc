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
  #moves = 0
  /** What came into the list or went from it last, by conversation: answers may be older than that. */
  readonly #moved = new Map<string, { at: number; here: boolean }>()

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

  /** Asks the server. What came or went by events meanwhile is kept so. */
  refresh(): Promise<void> {
    const asked = this.#moves
    this.#fetching ??= this.caches.conversations.list
      .fetch(undefined, { staleTime: 0 })
      .then(({ conversations }) => {
        const isHere = ({ id }: Conversation) => !this.#hasMoved(id, { here: false, after: asked })
        const current = conversations.filter(isHere)
        if (current.length < conversations.length) this.#set((entries) => entries.filter(isHere))
        for (const { id } of current) this.#note(id, true)
        this.#introduce(current)
      })
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

  /**
   * For a call that is made now: its answer may come when the list has moved on. Then it brings nothing back that has gone
   * meanwhile, and takes nothing away that has come.
   */
  ask(): Pick<Conversations, 'put' | 'remove'> {
    const asked = this.#moves
    return {
      put: (conversation) => {
        if (!this.#hasMoved(conversation.id, { here: false, after: asked })) this.put(conversation)
      },
      remove: (conversationId) => {
        if (!this.#hasMoved(conversationId, { here: true, after: asked })) this.remove(conversationId)
      },
    }
  }

  put(conversation: Conversation): void {
    this.#note(conversation.id, true)
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
    this.#note(conversationId, false)
    this.#set((entries) => entries.filter((entry) => entry.id !== conversationId))
  }

  #note(conversationId: string, here: boolean): void {
    if (this.#moved.get(conversationId)?.here === here) return
    this.#moves += 1
    this.#moved.set(conversationId, { at: this.#moves, here })
  }

  #hasMoved(conversationId: string, { here, after }: { here: boolean; after: number }): boolean {
    const last = this.#moved.get(conversationId)
    return last !== undefined && last.here === here && last.at > after
  }

  #introduce(conversations: Conversation[]): void {
    this.learn(conversations.flatMap(({ people }) => people))
  }

  #data() {
    return this.caches.conversations.list.getData()
  }

  #set(change: (entries: Conversation[]) => Conversation[]): void {
    this.caches.conversations.list.setData(undefined, (data) =>
      data === undefined ? undefined : { ...data, conversations: change(data.conversations), [MOVED]: true },
    )
  }
}

/** On a list that was changed here. The server's answers have it not, and what is in the cache neither. */
const MOVED = Symbol('moved')

type Listed = { conversations: Conversation[] }

/**
 * For react-query's `structuralSharing` of the list: an answer may be older than the events that came while it was on
 * its way. So what it lacks stays, since that one has left is told by an event or by `sync`. Entries that did not change
 * stay the same objects.
 */
export function mergeList(known: unknown, answered: unknown): unknown {
  if (!isListed(known) || !isListed(answered)) return answered
  if (MOVED in answered) return replaceEqualDeep(known, { conversations: answered.conversations })
  const byId = new Map(known.conversations.map((entry) => [entry.id, entry]))
  const merged = answered.conversations.map((entry) => newerOf(byId.get(entry.id), entry))
  const told = new Set(merged.map(({ id }) => id))
  const others = known.conversations.filter(({ id }) => !told.has(id))
  return replaceEqualDeep(known, { conversations: [...merged, ...others] })
}

function isListed(data: unknown): data is Listed {
  return typeof data === 'object' && data !== null && 'conversations' in data
}
