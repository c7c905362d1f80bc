import type { Conversation } from '../conversations/schema'
import type { Head, LogEvent } from '../sync/schema'

/** Where a conversation stands in the database. */
export interface Standing {
  conversationId: string
  seq: number
  number: number
}

/** Somebody is in a conversation. */
export interface Membership {
  conversationId: string
  userId: string
}

/** What the hub reads from the database. `sync/readers.ts` has the real ones; the slices lie above the hub. */
export interface HubReaders {
  epoch(): Promise<string>
  /** All conversations of a person with head and cursors, as of one moment. */
  heads(userId: string): Promise<Head[]>
  /** The conversation as this member sees it; null for those who are none. */
  conversation(userId: string, conversationId: string): Promise<Conversation | null>
  /** Events after `after`, in order, at most `limit`. */
  events(conversationId: string, after: number, limit: number): Promise<LogEvent[]>
  standings(conversationIds: string[]): Promise<Standing[]>
  /** Memberships that began since a moment of the database's clock (null: none yet), and that clock now. */
  newMemberships(since: string | null): Promise<{ now: string; memberships: Membership[] }>
}
