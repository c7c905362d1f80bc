import { eq } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import type { Deps } from '../deps'
import { AppError } from '../lib/errors'
import { newId } from '../lib/ids'
import { DIRECT_OTHERS_MAX } from '../lib/limits'
import { changeConversation, startConversation } from '../live/log'
import type { LogWriter } from '../live/log-writer'
import type { OwnerAccess } from './access'
import { admit, peopleOf } from './admit'
import { readDirect, showConversation } from './queries'
import type { Conversation } from './schema'
import { conversations } from './tables'

type CommandDeps = Pick<Deps, 'db' | 'bus'>

/** @throws NOT_FOUND, with nothing made, when one of the members is no person of this server */
export async function create(
  deps: CommandDeps,
  viewer: Viewer,
  input: { kind: 'private' | 'public'; name: string; memberIds: string[] },
): Promise<Conversation> {
  const { kind, name, memberIds } = input
  const createdBy = viewer.user.id
  return startConversation(deps, { id: newId(), kind, name, createdBy }, (log) =>
    begin(log, { userIds: [...new Set([createdBy, ...memberIds])], field: 'memberIds' }),
  )
}

/**
 * The one conversation of the viewer with these people; alone, the one with oneself. Whoever asks first makes it, and
 * the index on `direct_key` settles who that was.
 *
 * @throws NOT_FOUND when there is none yet and one of them is no person of this server
 */
export async function openDirect(
  deps: CommandDeps,
  viewer: Viewer,
  input: { userIds: string[] },
): Promise<Conversation> {
  const userIds = [...new Set([viewer.user.id, ...input.userIds])]
  if (userIds.length > DIRECT_OTHERS_MAX + 1)
    throw new AppError(
      'BAD_REQUEST',
      `A direct conversation has at most ${DIRECT_OTHERS_MAX} other people.`,
      {
        field: 'userIds',
      },
    )
  const directKey = keyOf(userIds)
  const there = await readDirect(deps, viewer.user.id, directKey)
  if (there !== null) return there
  const row = { id: newId(), kind: 'direct' as const, directKey, createdBy: viewer.user.id }
  const made = await startConversation(deps, row, (log) => begin(log, { userIds, field: 'userIds' }))
  // Without one, somebody else made it in this moment.
  return made ?? openDirect(deps, viewer, input)
}

/** The same name again changes nothing. */
export async function rename(deps: CommandDeps, access: OwnerAccess, name: string): Promise<Conversation> {
  return changeConversation(deps, access, async (log) => {
    if (log.conversation.name !== name) {
      await log.tx.update(conversations).set({ name }).where(eq(conversations.id, access.conversationId))
      await log.append({ kind: 'renamed', event: (place) => ({ type: 'renamed', ...place, name }) })
    }
    return showConversation({ db: log.tx }, access)
  })
}

/** The first event and the first members, who are members from it on. Answers as whoever created it sees it. */
async function begin(
  log: LogWriter,
  { userIds, field }: { userIds: string[]; field: string },
): Promise<Conversation> {
  const { id: conversationId, kind, createdBy } = log.conversation
  await peopleOf(log.tx, userIds, field)
  const { seq } = await log.append({ kind: 'created', event: (place) => ({ type: 'created', ...place }) })
  const entrants = userIds.map((userId) => ({
    userId,
    role: kind !== 'direct' && userId === createdBy ? ('owner' as const) : ('member' as const),
    joinedSeq: seq,
  }))
  await admit(log, entrants, seq)
  return showConversation({ db: log.tx }, { userId: createdBy, conversationId })
}

function keyOf(userIds: readonly string[]): string {
  return new Bun.CryptoHasher('sha256').update(userIds.toSorted().join(' ')).digest('hex')
}
