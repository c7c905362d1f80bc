import { eq } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import { memberOf } from '../conversations/access'
import { conversations } from '../conversations/tables'
import { snapshot } from '../db/snapshot'
import type { Deps } from '../deps'
import { notFound } from '../lib/errors'
import { readEvents } from './events'
import type { EventRange } from './schema'

interface RangeQuery {
  conversationId: string
  after: number
  limit: number
}

/** What a client missed: the log after a seq. Everybody sees all of it, also what was before their joining. */
export function readRange({ db }: Pick<Deps, 'db'>, viewer: Viewer, query: RangeQuery): Promise<EventRange> {
  const { conversationId, after } = query
  return snapshot(db, async (tx) => {
    await memberOf({ db: tx }, viewer, conversationId)
    const [conversation] = await tx
      .select({ head: conversations.lastSeq })
      .from(conversations)
      .where(eq(conversations.id, conversationId))
    if (conversation === undefined) throw notFound('conversation', 'conversationId')
    const { head } = conversation
    const events = await readEvents(tx, query)
    const upTo = events.at(-1)?.seq ?? after
    return { events, from: 1, upTo, head, hasMore: upTo < head }
  })
}
