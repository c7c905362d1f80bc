import type { Broken, Invariant } from '../check'
import type { DatabaseState } from '../history'

export function broken(invariant: Invariant, sentence: string): Broken {
  return { invariant, sentence }
}

/**
 * The conversations that the database was asked for. What a history tells of others (a fault may make some by itself) cannot
 * be held against anything.
 */
export function knownConversations({
  conversations,
}: DatabaseState): Map<string, { lastSeq: number; lastNumber: number }> {
  return new Map(conversations.map((conversation) => [conversation.id, conversation]))
}
