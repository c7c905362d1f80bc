import { createStore } from 'zustand/vanilla'
import type { Person } from '../../src/accounts/schema'
import type { Timing } from '../lib/timing'

const CALL_MAX = 200
const RETRY_MS = 5_000

/** Who is who, by id: learned from whatever names a person, and asked for where nothing did. */
export class People {
  readonly store = createStore<{ byId: Readonly<Record<string, Person>> }>(() => ({ byId: {} }))
  readonly #wanted = new Set<string>()
  readonly #asked = new Set<string>()

  constructor(readonly deps: { timing: Timing; read(ids: string[]): Promise<Person[]> }) {}

  learn(people: readonly Person[]): void {
    const { byId } = this.store.getState()
    const fresh = people.filter((person) => isNew(byId[person.id], person))
    if (fresh.length === 0) return
    this.store.setState({
      byId: { ...byId, ...Object.fromEntries(fresh.map((person) => [person.id, person])) },
    })
  }

  /** Asks for a person, together with all others who are asked for in the same moment. */
  want(id: string): void {
    if (this.store.getState().byId[id] !== undefined || this.#asked.has(id)) return
    if (this.#wanted.size === 0) queueMicrotask(() => void this.#ask())
    this.#wanted.add(id)
  }

  async #ask(): Promise<void> {
    const ids = [...this.#wanted]
    this.#wanted.clear()
    for (let at = 0; at < ids.length; at += CALL_MAX) await this.#read(ids.slice(at, at + CALL_MAX))
  }

  async #read(ids: string[]): Promise<void> {
    for (const id of ids) this.#asked.add(id)
    try {
      this.learn(await this.deps.read(ids))
    } catch {
      this.deps.timing.after(RETRY_MS, () => {
        for (const id of ids) this.#asked.delete(id)
        for (const id of ids) this.want(id)
      })
    }
  }
}

function isNew(known: Person | undefined, person: Person): boolean {
  return known?.displayName !== person.displayName || known.username !== person.username
}
