import type { HubParts } from './attach'
import { encode } from './encode'

/** Somebody came into a conversation: those of their subscriptions that don't follow it yet get it, and follow. */
export async function welcome(parts: HubParts, userId: string, conversationId: string): Promise<void> {
  const { rooms, people, readers } = parts
  const served = rooms.get(conversationId)
  const followers = [...people.of(userId)].filter(
    (follower) => served === undefined || !follower.rooms.has(served),
  )
  // What is being synced is told when it is.
  for (const follower of followers) if (!follower.synced) follower.welcomes.add(conversationId)
  const newcomers = followers.filter((follower) => follower.synced)
  if (newcomers.length === 0) return
  for (const follower of newcomers) await rooms.take(follower, [conversationId])
  const since = performance.now()
  const conversation = await readers.conversation(userId, conversationId)
  const room = rooms.get(conversationId)
  if (conversation !== null) room?.sequencer.start(conversation.lastSeq)
  if (conversation === null || room === undefined || room.leftSince(userId, conversation.lastSeq)) {
    for (const follower of newcomers) rooms.release(follower, conversationId)
    return
  }
  // As it was read, and where it stands by now: it must not say that it holds what happened in between.
  const told = [encode({ type: 'conversation', conversation })]
  const latest = room.latest({ seq: conversation.lastSeq, number: conversation.lastNumber })
  if (latest.seq > conversation.lastSeq) told.push(encode({ type: 'digest', heads: [latest] }))
  told.push(...room.asidesSince(since))
  for (const follower of newcomers) {
    if (!follower.open || follower.rooms.has(room)) continue
    follower.follow(room)
    for (const payload of told) follower.sink.send(payload)
  }
}
