import type { Viewer } from '../accounts/sessions'
import { orNull } from '../db/columns'
import type { Sql } from '../db/open'
import type { Deps } from '../deps'
import { AppError, notFound } from '../lib/errors'
import type { LogAccess } from '../live/log'
import type { ConversationKind, MemberRole } from './schema'

type ReadDeps = Pick<Deps, 'sql'>

/** What the procedures call the conversation that they are about. */
const FIELD = 'conversationId'

/** The viewer is in the conversation. */
export type MemberAccess = Access<'member' | 'owner'>
/** The viewer is one of its owners; no direct conversation has any. */
export type OwnerAccess = Access<'owner'>
/** The viewer may come into the conversation, or is in it already. */
export type OutsiderAccess = Access<'outside'>

/**
 * The one door to a conversation. What is private, other people's or not there at all answers in the same words.
 *
 * @throws NOT_FOUND, or FORBIDDEN for a public conversation that the viewer has not joined
 */
export async function memberOf(
  deps: ReadDeps,
  viewer: Viewer,
  conversationId: string,
): Promise<MemberAccess> {
  const sights = await look(deps, viewer, [conversationId])
  const { kind } = asMember(sights.get(conversationId), FIELD)
  return new Access({ conversationId, userId: viewer.user.id, standing: 'member', kind })
}

/** `unreadVersion` is the member's own at the moment of this look: marks of a later version were made after it. */
interface Seen {
  access: MemberAccess
  unreadVersion: number
}

/**
 * The same for a statement that checks and reads in one, so that its parts agree: at most one row, `is_member` and
 * `found`, which says where the conversation stands once `asMemberSees` has looked at it. Nothing else may be read unless
 * `is_member`.
 */
export function selectStanding(sql: Sql, viewer: Viewer, conversationId: string) {
  return sql`
    SELECT role IS NOT NULL AS is_member, last_seq, last_number,
      json_build_object('kind', kind, 'role', role, 'seq', last_seq, 'number', last_number)::text AS found
    FROM conversations LEFT JOIN members
      ON conversation_id = conversations.id AND user_id = ${viewer.user.id} AND left_seq IS NULL
    WHERE conversations.id = ${conversationId}`
}

type Standing = Pick<Sight, 'kind' | 'role'> & { seq: number; number: number }

/**
 * @param found nothing when there was no row
 * @throws what `memberOf` throws
 */
export function asMemberSees(found: string | null | undefined): { seq: number; number: number } {
  const standing: Standing | undefined = found ? JSON.parse(found) : undefined
  const { seq, number } = asMember(standing, FIELD)
  return { seq, number }
}

/** `memberOf` for several conversations in one statement; each brings the name of the field it came in. */
export async function memberOfEach(
  deps: ReadDeps,
  viewer: Viewer,
  asked: readonly { conversationId: string; field: string }[],
): Promise<Seen[]> {
  const sights = await look(
    deps,
    viewer,
    asked.map(({ conversationId }) => conversationId),
  )
  return asked.map(({ conversationId, field }) => {
    const { kind, unreadVersion } = asMember(sights.get(conversationId), field)
    const access = new Access({ conversationId, userId: viewer.user.id, standing: 'member' as const, kind })
    return { access, unreadVersion: unreadVersion ?? 0 }
  })
}

/** @throws what `memberOf` throws, BAD_REQUEST for a direct conversation, FORBIDDEN for a member who is no owner */
export async function ownerOf(deps: ReadDeps, viewer: Viewer, conversationId: string): Promise<OwnerAccess> {
  const sights = await look(deps, viewer, [conversationId])
  const { kind, role } = asMember(sights.get(conversationId), FIELD)
  refuseDirect({ kind })
  if (role !== 'owner')
    throw new AppError('FORBIDDEN', 'Only an owner of this conversation may do that.', {
      field: FIELD,
    })
  return new Access({ conversationId, userId: viewer.user.id, standing: 'owner', kind })
}

/** @throws NOT_FOUND for what is not public, unless the viewer is in it */
export async function outsiderOf(
  deps: ReadDeps,
  viewer: Viewer,
  conversationId: string,
): Promise<OutsiderAccess> {
  const sights = await look(deps, viewer, [conversationId])
  const { kind } = asVisible(sights.get(conversationId), FIELD)
  return new Access({ conversationId, userId: viewer.user.id, standing: 'outside', kind })
}

/** A direct conversation is its set of people: nobody comes, nobody goes, and it has no name of its own. */
export function refuseDirect({ kind }: { kind: ConversationKind }): void {
  if (kind === 'direct')
    throw new AppError('BAD_REQUEST', 'A direct conversation keeps its people and has no name.', {
      field: FIELD,
    })
}

/** Only this file can make one: `proof` exists for the compiler alone, and makes the class nominal. */
class Access<Standing extends LogAccess['standing']> implements LogAccess {
  declare private readonly proof: never
  readonly conversationId: string
  readonly userId: string
  readonly standing: Standing
  readonly kind: ConversationKind

  constructor(proven: LogAccess & { standing: Standing; kind: ConversationKind }) {
    this.conversationId = proven.conversationId
    this.userId = proven.userId
    this.standing = proven.standing
    this.kind = proven.kind
  }
}

interface Sight {
  kind: ConversationKind
  /** null for somebody outside, as is the next. */
  role: MemberRole | null
  unreadVersion: number | null
}

/** Every call asks it, hence by the driver: a third of the processor time of the builder's way. */
async function look(
  { sql }: ReadDeps,
  viewer: Viewer,
  conversationIds: readonly string[],
): Promise<Map<string, Sight>> {
  const rows = await sql<SightColumns[]>`
    SELECT id, kind, role, unread_version FROM conversations LEFT JOIN members
      ON conversation_id = id AND user_id = ${viewer.user.id} AND left_seq IS NULL
    WHERE id = ANY (${conversationIds}::uuid[])`
  return new Map(
    rows.map(({ id, kind, role, unread_version }) => [
      id,
      { kind, role, unreadVersion: orNull(unread_version, Number) },
    ]),
  )
}

interface SightColumns {
  id: string
  kind: ConversationKind
  role: MemberRole | null
  unread_version: string | null
}

function asVisible<S extends Pick<Sight, 'kind' | 'role'>>(sight: S | undefined, field: string): S {
  if (sight === undefined || (sight.role === null && sight.kind !== 'public'))
    throw notFound('conversation', field)
  return sight
}

function asMember<S extends Pick<Sight, 'kind' | 'role'>>(sight: S | undefined, field: string): S {
  const visible = asVisible(sight, field)
  if (visible.role === null) throw new AppError('FORBIDDEN', 'Join this channel first.', { field })
  return visible
}
