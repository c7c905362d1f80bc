/**
 * `localStorage` where there is one: it may be switched off, full, or shared with other tabs. What cannot be stored is
 * kept in memory, so the page works the same until it is closed.
 */
export function readText(key: string): string | null {
  const kept = memory.get(key)
  if (kept !== undefined) return kept
  try {
    return globalThis.localStorage.getItem(key)
  } catch {
    return null
  }
}

/** null removes the key. */
export function writeText(key: string, text: string | null): void {
  try {
    if (text === null) globalThis.localStorage.removeItem(key)
    else globalThis.localStorage.setItem(key, text)
    memory.delete(key)
  } catch {
    memory.set(key, text)
  }
  for (const listener of listeners.get(key) ?? []) listener()
}

/** Every stored key that begins with `prefix`. */
export function storedKeys(prefix: string): string[] {
  const kept = [...memory].flatMap(([key, text]) => (text === null ? [] : [key]))
  try {
    return [...new Set([...kept, ...Object.keys(globalThis.localStorage)])].filter((key) =>
      key.startsWith(prefix),
    )
  } catch {
    return kept.filter((key) => key.startsWith(prefix))
  }
}

/** Tells of every change of one key, in this tab and in others. Answers how to stop. */
export function watchText(key: string, listener: () => void): () => void {
  const told = listeners.get(key) ?? new Set()
  listeners.set(key, told.add(listener))
  const onStorage = (event: StorageEvent) => {
    if (event.key === key || event.key === null) listener()
  }
  addEventListener('storage', onStorage)
  return () => {
    told.delete(listener)
    removeEventListener('storage', onStorage)
  }
}

const memory = new Map<string, string | null>()
const listeners = new Map<string, Set<() => void>>()
