/**
 * Every name on the bus and every native topic, in one place.
 *
 * One channel a conversation and one a person, so that an instance receives only what its own sockets need, and so
 * that the channels spread by key over a Redis cluster.
 */
export const conversationChannel = (conversationId: string) => `c:${conversationId}`
export const userChannel = (userId: string) => `u:${userId}`
/** Every instance hears the ids of sessions that end. */
export const sessionsChannel = 'sessions'

/** The native topic of the sockets that follow a conversation under this tRPC subscription id. */
export const conversationTopic = (conversationId: string, subscriptionId: number) =>
  `${conversationId}/${subscriptionId}`

export type Channel = { kind: 'conversation'; conversationId: string } | { kind: 'user'; userId: string }

export function parseChannel(name: string): Channel | null {
  const id = name.slice(2)
  if (name.startsWith('c:')) return { kind: 'conversation', conversationId: id }
  if (name.startsWith('u:')) return { kind: 'user', userId: id }
  return null
}
