import { initTRPC, tracked } from '@trpc/server'
import { z } from 'zod'
import { openPlainMessages } from './plain-messages'
import { openFeeds } from './redis-feeds'

export interface PeerContext {
  /** Who it is comes from the socket's address and is believed: no session is looked up. We grant the peers that. */
  userId: string
}

/** A chat as tRPC's guide has it: save, tell by Redis, and an async generator of tracked events. */
export async function createPeerRouter(databaseUrl: string, redisUrl: string) {
  const messages = await openPlainMessages(databaseUrl)
  const feeds = openFeeds(redisUrl)
  const t = initTRPC.context<PeerContext>().create()
  return t.router({
    send: t.procedure
      .input(z.object({ id: z.uuid(), conversationId: z.uuid(), body: z.string().min(1).max(10_000) }))
      .mutation(async ({ ctx, input }) => {
        const message = await messages.save({ ...input, senderId: ctx.userId })
        await feeds.publish(message)
        return { id: message.id, seq: message.seq, createdAt: message.createdAt }
      }),

    events: t.procedure.input(z.object({ conversationId: z.uuid() })).subscription(async function* ({
      input,
      signal = new AbortController().signal,
    }) {
      const feed = await feeds.listen(input.conversationId, signal)
      yield { type: 'ready' as const }
      for await (const message of feed) yield tracked(String(message.seq), message)
    }),

    history: t.procedure
      .input(z.object({ conversationId: z.uuid(), before: z.number().int() }))
      .query(({ input }) => messages.page(input.conversationId, input.before)),
  })
}

export function userOf(address: string | undefined): PeerContext {
  return { userId: new URL(address ?? '', 'http://peer').searchParams.get('user') ?? '' }
}

/** As the bench gives them to every server that saves. */
export function storage(): [databaseUrl: string, redisUrl: string] {
  return [process.env.DATABASE_URL ?? '', process.env.REDIS_URL ?? '']
}
