import { eq } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import { type MemberAccess, memberOf } from '../conversations/access'
import type { Deps } from '../deps'
import { AppError, notFound } from '../lib/errors'
import { messages } from './tables'

/** The viewer is a member of the message's conversation. */
export class MessageAccess {
  declare private readonly proof: never

  constructor(
    readonly messageId: string,
    readonly senderId: string,
    readonly conversation: MemberAccess,
  ) {}

  get own(): boolean {
    return this.senderId === this.conversation.userId
  }
}

/**
 * @throws NOT_FOUND for a message that does not exist and, in the same words, for one the viewer may not know of;
 * FORBIDDEN for one of a public conversation that the viewer has not joined
 */
export async function messageOf(
  deps: Pick<Deps, 'db' | 'sql'>,
  viewer: Viewer,
  messageId: string,
): Promise<MessageAccess> {
  const [row] = await deps.db
    .select({ conversationId: messages.conversationId, senderId: messages.senderId })
    .from(messages)
    .where(eq(messages.id, messageId))
  if (row === undefined) throw notFound('message', 'id')
  try {
    return new MessageAccess(messageId, row.senderId, await memberOf(deps, viewer, row.conversationId))
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') throw notFound('message', 'id')
    throw error
  }
}
