import { createStore, del, set, values } from 'idb-keyval'

/** Things that outlive the page, each under its own key so that two tabs never write over each other. */
export interface Kept<T> {
  all(): Promise<T[]>
  put(key: string, value: T): Promise<void>
  remove(key: string): Promise<void>
}

/** In IndexedDB; in memory where there is none (private windows of some browsers) or when it fails. */
export function keptInBrowser<T>(name: string): Kept<T> {
  const memory = keptInMemory<T>()
  const store = createStore(name, 'kept')
  return {
    async all() {
      const stored = await attempt(() => values<T>(store))
      return [...(stored ?? []), ...(await memory.all())]
    },
    async put(key, value) {
      const done = await attempt(() => set(key, value, store).then(() => true))
      if (done === null) await memory.put(key, value)
    },
    async remove(key) {
      await memory.remove(key)
      await attempt(() => del(key, store))
    },
  }
}

export function keptInMemory<T>(): Kept<T> {
  const values = new Map<string, T>()
  return {
    all: async () => [...values.values()],
    async put(key, value) {
      values.set(key, value)
    },
    async remove(key) {
      values.delete(key)
    },
  }
}

/** null when it fails, now or later: where there is no IndexedDB, even asking for it throws. */
async function attempt<R>(call: () => Promise<R>): Promise<R | null> {
  try {
    return await call()
  } catch {
    return null
  }
}
