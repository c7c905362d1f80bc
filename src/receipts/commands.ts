import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import { type MemberAccess, memberOfEach } from '../conversations/access'
import { conversations, members } from '../conversations/tables'
import { change } from '../db/change'
import type { Deps } from '../deps'
import { AppError, notFound } from '../lib/errors'
import { tellUnread } from './tell'

interface Said {
  conversationId: string
  delivered?: number | undefined
  read?: number | undefined
  unreadVersion?: number | undefined
}

/**
 * Takes the viewer's cursors; the queue writes them within a second or so. What a reading clears is decided here and now:
 * the mark that is there as the membership is looked up, and of a reading said late only one that it knew of.
 *
 * @throws what `memberOf` throws, with no cursor taken
 */
export async function update(
  deps: Pick<Deps, 'sql' | 'receipts'>,
  viewer: Viewer,
  cursors: readonly Said[],
): Promise<void> {
  const asked = cursors.map(({ conversationId }, index) => ({
    conversationId,
    field: `cursors.${index}.conversationId`,
  }))
  const seen = await memberOfEach(deps, viewer, asked)
  const userId = viewer.user.id
  deps.receipts.add(
    cursors.map(({ conversationId, delivered = 0, read = 0, unreadVersion: known = Infinity }, index) => ({
      conversationId,
      userId,
      delivered,
      read,
      clears: read === 0 ? 0 : Math.min(seen[index]?.unreadVersion ?? 0, known),
    })),
  )
}

/**
 * The message with this number, and all after it, become unread for this person. Written at once, since readings that
 * wait must find it: under the lock of the member's row, which a send of the same person may hold for a moment.
 *
 * @throws BAD_REQUEST naming `number` when there is no such message yet, NOT_FOUND for somebody who has just left
 */
export async function markUnread(
  deps: Pick<Deps, 'db' | 'bus'>,
  access: MemberAccess,
  number: number,
): Promise<void> {
  const { conversationId, userId } = access
  const unreadVersion = await change(deps.db, async (tx) => {
    const [conversation] = await tx
      .select({ lastNumber: conversations.lastNumber })
      .from(conversations)
      .where(eq(conversations.id, conversationId))
    if (number > (conversation?.lastNumber ?? 0))
      throw new AppError('BAD_REQUEST', 'There is no message with this number.', { field: 'number' })
    const [marked] = await tx
      .update(members)
      .set({ unreadFrom: number, unreadVersion: sql`${members.unreadVersion} + 1` })
      .where(
        and(eq(members.conversationId, conversationId), eq(members.userId, userId), isNull(members.leftSeq)),
      )
      .returning({ unreadVersion: members.unreadVersion })
    if (marked === undefined) throw notFound('conversation', 'conversationId')
    return marked.unreadVersion
  })
  tellUnread(deps.bus, { conversationId, userId, unreadFrom: number, unreadVersion })
}
