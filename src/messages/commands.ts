import { eq, sql } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import { memberOf } from '../conversations/access'
import type { LogPlace } from '../conversations/schema'
import type { Deps } from '../deps'
import { AppError, notFound } from '../lib/errors'
import { changeConversation } from '../live/log'
import type { LogWriter } from '../live/log-writer'
import type { MessageAccess } from './access'
import { type MessageRow, toMessage } from './rows'
import type { Sent } from './schema'
import { messages } from './tables'

interface SendInput {
  id: string
  conversationId: string
  body: string
}

/**
 * Commits a message and answers with its place; the same id again is answered with the same, for ever. Membership is
 * checked by the statement that writes, under the conversation's lock.
 *
 * @throws CONFLICT when the id is another message's, NOT_FOUND or FORBIDDEN for those who are no member,
 * SERVICE_UNAVAILABLE when it is unknown whether it was written: send the same id again
 */
export async function send(deps: Deps, viewer: Viewer, input: SendInput): Promise<Sent> {
  const outcome = await deps.sends.submit({ ...input, senderId: viewer.user.id })
  switch (outcome.kind) {
    case 'sent':
    case 'known':
      return { id: input.id, seq: outcome.seq, number: outcome.number, createdAt: outcome.createdAt }
    case 'conflict':
      throw new AppError('CONFLICT', 'That message id is taken.', { field: 'id' })
    case 'denied':
      // Says which of the two refusals it is. Who has become a member this moment may simply send again.
      await memberOf(deps, viewer, input.conversationId)
      throw notFound('conversation', 'conversationId')
    case 'busy':
      throw new Error('the queue answered busy')
  }
}

/**
 * Replaces the text of one's own message. The same text again changes nothing and takes no seq.
 *
 * @throws FORBIDDEN for somebody else's message, NOT_FOUND for a deleted one
 */
export async function edit(deps: Deps, access: MessageAccess, body: string): Promise<{ seq: number }> {
  if (!access.own) throw new AppError('FORBIDDEN', 'Only its sender may edit a message.', { field: 'id' })
  return changeConversation(deps, access.conversation, async (log) => {
    const before = await lockMessage(log, access)
    if (before.deletedAt !== null) throw notFound('message', 'id')
    if (before.body === body) return { seq: before.changedSeq }
    return append(log, before, { kind: 'edited', body })
  })
}

/**
 * Removes the text of a message for everybody; its place and number stay. Deleting it again changes nothing.
 *
 * @throws FORBIDDEN for somebody else's message, unless the viewer owns the conversation
 */
export async function remove(deps: Deps, access: MessageAccess): Promise<{ seq: number }> {
  return changeConversation(deps, access.conversation, async (log) => {
    if (!access.own && log.actor?.role !== 'owner')
      throw new AppError('FORBIDDEN', 'Only its sender or an owner may delete a message.', { field: 'id' })
    const before = await lockMessage(log, access)
    if (before.deletedAt !== null) return { seq: before.changedSeq }
    return append(log, before, { kind: 'deleted', body: '' })
  })
}

/** As it is under the conversation's lock, which every change of a message holds. */
async function lockMessage(log: LogWriter, access: MessageAccess): Promise<MessageRow> {
  const [row] = await log.tx.select().from(messages).where(eq(messages.id, access.messageId))
  if (row === undefined) throw notFound('message', 'id')
  return row
}

async function append(
  log: LogWriter,
  before: MessageRow,
  { kind, body }: { kind: 'edited' | 'deleted'; body: string },
): Promise<{ seq: number }> {
  const at = kind === 'edited' ? 'editedAt' : 'deletedAt'
  const changed = (place: LogPlace): MessageRow => ({
    ...before,
    body,
    [at]: place.at,
    changedSeq: place.seq,
  })
  const place = await log.append({
    kind,
    subjectId: before.id,
    event: (here) => ({ ...here, type: 'message', message: toMessage(changed(here)) }),
  })
  await log.tx
    .update(messages)
    .set({ body, [at]: sql`now()`, changedSeq: place.seq })
    .where(eq(messages.id, before.id))
  return { seq: place.seq }
}
