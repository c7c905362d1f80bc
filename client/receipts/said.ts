import type { Head } from '../../src/sync/schema'

/** Seqs, 0 for nothing said. */
export interface Said {
  delivered: number
  read: number
  /** Of the mark "unread", as it was known when it was read. */
  version: number
}

export interface Unsaid extends Said {
  /** It holds a reading that was not said before: that clears whatever is marked when it arrives. */
  timely: boolean
}

/** A cursor as the server takes it. A reading that is late names the mark it knew of, since later ones must stay. */
export function toCursor(conversationId: string, { delivered, read, version, timely }: Unsaid) {
  const known = read > 0 && !timely ? { unreadVersion: version } : {}
  return { conversationId, delivered, read, ...known }
}

export function farther(known: Said | undefined, cursor: Said): Said {
  return {
    delivered: Math.max(known?.delivered ?? 0, cursor.delivered),
    read: Math.max(known?.read ?? 0, cursor.read),
    version: Math.max(known?.version ?? 0, cursor.version),
  }
}

export function isFarther(cursor: Said, known: Said | undefined): boolean {
  if (known === undefined) return true
  return cursor.delivered > known.delivered || cursor.read > known.read || cursor.version > known.version
}

/** Whether the server has less than was said: a cursor is behind, or a mark is still there that was read. */
export function isLost(known: Said, { delivered, read, unreadFrom, unreadVersion }: Head): boolean {
  if (delivered < known.delivered || read < known.read) return true
  return unreadFrom !== null && unreadVersion <= known.version
}
