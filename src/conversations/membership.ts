import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Viewer } from '../accounts/sessions'
import type { Deps } from '../deps'
import { notFound } from '../lib/errors'
import { changeConversation } from '../live/log'
import type { LogWriter } from '../live/log-writer'
import { type MemberAccess, memberOf, type OutsiderAccess, ownerOf, refuseDirect } from './access'
import { admit, peopleOf, presentAmong } from './admit'
import { showConversation } from './queries'
import type { Conversation, MemberRole } from './schema'
import { members } from './tables'

type CommandDeps = Pick<Deps, 'db' | 'sql' | 'bus'>

/** Those who are in it already are answered all the same. */
export async function join(deps: CommandDeps, access: OutsiderAccess): Promise<Conversation> {
  return changeConversation(deps, access, async (log) => {
    if (log.actor === null) {
      // Nobody may be left to promote when the last owner goes: then the channel falls to whoever comes next.
      const role = (await hasOwner(log)) ? 'member' : 'owner'
      await enter(log, { userIds: [access.userId], role, field: 'conversationId' })
    }
    return showConversation({ db: log.tx }, access)
  })
}

/**
 * Any member may bring people in; those who are in already are passed over.
 *
 * @throws NOT_FOUND, with nobody added, when one of them is no person of this server
 */
export async function addMembers(
  deps: CommandDeps,
  access: MemberAccess,
  userIds: string[],
): Promise<Conversation> {
  refuseDirect(access)
  return changeConversation(deps, access, async (log) => {
    const present = await presentAmong(log, userIds)
    const absent = [...new Set(userIds)].filter((userId) => !present.has(userId))
    await enter(log, { userIds: absent, role: 'member', field: 'userIds' })
    return showConversation({ db: log.tx }, access)
  })
}

/** The last owner who leaves hands the conversation to its oldest member. */
export async function leave(deps: CommandDeps, access: MemberAccess): Promise<void> {
  refuseDirect(access)
  await changeConversation(deps, access, async (log) => {
    await exit(log, access.userId)
    if (!(await hasOwner(log))) await promoteOldest(log)
  })
}

/** For owners; taking oneself out is leaving, which every member may. */
export async function removeMember(
  deps: CommandDeps,
  viewer: Viewer,
  input: { conversationId: string; userId: string },
): Promise<void> {
  const { conversationId, userId } = input
  if (userId === viewer.user.id) return leave(deps, await memberOf(deps, viewer, conversationId))
  await changeConversation(deps, await ownerOf(deps, viewer, conversationId), async (log) => {
    if (!(await presentAmong(log, [userId])).has(userId)) throw notFound('member', 'userId')
    await exit(log, userId)
  })
}

async function enter(
  log: LogWriter,
  { userIds, role, field }: { userIds: string[]; role: MemberRole; field: string },
): Promise<void> {
  const people = await peopleOf(log.tx, userIds, field)
  const places = await log.appendAll(
    people.map((user) => ({
      kind: 'joined',
      subjectId: user.id,
      event: (place) => ({ type: 'joined', ...place, user, role }),
    })),
  )
  const head = places.at(-1)?.seq ?? log.conversation.lastSeq
  const entrants = people.map(({ id }, index) => ({
    userId: id,
    role,
    joinedSeq: places[index]?.seq ?? head,
  }))
  await admit(log, entrants, head)
}

async function exit(log: LogWriter, userId: string): Promise<void> {
  const { seq } = await log.append({
    kind: 'left',
    subjectId: userId,
    event: (place) => ({ type: 'left', ...place, userId }),
  })
  await log.tx
    .update(members)
    .set({ leftSeq: seq, changedAt: sql`now()` })
    .where(and(eq(members.conversationId, log.conversation.id), eq(members.userId, userId)))
}

async function promoteOldest(log: LogWriter): Promise<void> {
  const { id: conversationId } = log.conversation
  const [oldest] = await log.tx
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.conversationId, conversationId), isNull(members.leftSeq)))
    .orderBy(asc(members.joinedSeq), asc(members.userId))
    .limit(1)
  if (oldest === undefined) return
  const { userId } = oldest
  await log.tx
    .update(members)
    .set({ role: 'owner' })
    .where(and(eq(members.conversationId, conversationId), eq(members.userId, userId)))
  await log.append({
    kind: 'role',
    subjectId: userId,
    event: (place) => ({ type: 'role', ...place, userId, role: 'owner' }),
  })
}

async function hasOwner(log: LogWriter): Promise<boolean> {
  const [owner] = await log.tx
    .select({ userId: members.userId })
    .from(members)
    .where(
      and(
        eq(members.conversationId, log.conversation.id),
        eq(members.role, 'owner'),
        isNull(members.leftSeq),
      ),
    )
    .limit(1)
  return owner !== undefined
}
