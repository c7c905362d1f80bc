import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Person } from '../accounts/schema'
import { personColumns, users } from '../accounts/tables'
import { orNull, toTime } from '../db/columns'
import type { Database } from '../db/open'
import type { Deps } from '../deps'
import { notFound } from '../lib/errors'
import type { Head } from '../sync/schema'
import type { MemberAccess } from './access'
import type { Conversation, ConversationKind, Member, MemberRole, PublicConversation } from './schema'
import { conversations, members } from './tables'

type ReadDeps = Pick<Deps, 'db'>

/** The most channels that browsing answers with. */
const BROWSE_MAX = 200

const mine = alias(members, 'mine')

/** Where each conversation of this person stands. One statement, so what it says was true at one moment. */
export async function readHeads({ sql: driver }: Pick<Deps, 'sql'>, userId: string): Promise<Head[]> {
  const rows = await driver<HeadColumns[]>`
    SELECT conversation_id, last_seq, last_number, delivered_seq, read_seq, read_number, unread_from, unread_version
    FROM members JOIN conversations ON conversations.id = conversation_id
    WHERE user_id = ${userId} AND left_seq IS NULL`
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    seq: Number(row.last_seq),
    number: Number(row.last_number),
    delivered: Number(row.delivered_seq),
    read: Number(row.read_seq),
    readNumber: Number(row.read_number),
    unreadFrom: orNull(row.unread_from, Number),
    unreadVersion: Number(row.unread_version),
  }))
}

/** As the driver gives them: int8 as text. */
type HeadColumns = Record<
  | 'conversation_id'
  | 'last_seq'
  | 'last_number'
  | 'delivered_seq'
  | 'read_seq'
  | 'read_number'
  | 'unread_version',
  string
> & { unread_from: string | null }

/** Every conversation this person is in, in no order: one statement, however many there are. */
export async function listConversations({ db }: ReadDeps, userId: string): Promise<Conversation[]> {
  return selectConversations(db, isCurrent(userId))
}

/** One conversation as this person sees it; null when they are not in it. */
export async function readConversation(
  deps: ReadDeps,
  userId: string,
  conversationId: string,
): Promise<Conversation | null> {
  return readOne(deps, and(isCurrent(userId), eq(mine.conversationId, conversationId)))
}

/** The same for the answer of a command, read inside its transaction: what was done must not be answered as refused. */
export async function showConversation(
  deps: ReadDeps,
  { userId, conversationId }: { userId: string; conversationId: string },
): Promise<Conversation> {
  const conversation = await readConversation(deps, userId, conversationId)
  if (conversation === null) throw notFound('conversation', 'conversationId')
  return conversation
}

/** The direct conversation under this key; null when these people have none yet. */
export async function readDirect(
  deps: ReadDeps,
  userId: string,
  directKey: string,
): Promise<Conversation | null> {
  return readOne(deps, and(isCurrent(userId), eq(conversations.directKey, directKey)))
}

/** Those who are in a conversation now, in the order they came. */
export async function listMembers({ db }: ReadDeps, access: MemberAccess): Promise<Member[]> {
  return db
    .select({
      user: personColumns,
      role: members.role,
      delivered: members.deliveredSeq,
      read: members.readSeq,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.conversationId, access.conversationId), isNull(members.leftSeq)))
    .orderBy(asc(members.joinedSeq), asc(users.username))
}

/** Public conversations whose name holds `query`, by name; those this person is in are marked. */
export async function browsePublic(
  { db }: ReadDeps,
  userId: string,
  query: string,
): Promise<PublicConversation[]> {
  const rows = await db
    .select({
      id: conversations.id,
      name: conversations.name,
      memberCount: countMembers(db),
      joined: sql<boolean>`${mine.userId} IS NOT NULL`,
    })
    .from(conversations)
    .leftJoin(mine, and(eq(mine.conversationId, conversations.id), isCurrent(userId)))
    .where(
      and(eq(conversations.kind, 'public'), sql`strpos(lower(${conversations.name}), lower(${query})) > 0`),
    )
    .orderBy(asc(conversations.name), asc(conversations.id))
    .limit(BROWSE_MAX)
  return rows.map((row) => ({ ...row, name: row.name ?? '' }))
}

async function readOne({ db }: ReadDeps, own: SQL | undefined): Promise<Conversation | null> {
  const [conversation] = await selectConversations(db, own)
  return conversation ?? null
}

function isCurrent(userId: string): SQL | undefined {
  return and(eq(mine.userId, userId), isNull(mine.leftSeq))
}

function countMembers(db: Database) {
  return db.$count(members, and(eq(members.conversationId, conversations.id), isNull(members.leftSeq)))
}

/** As the driver gives them: int8 and times as text. */
type ConversationColumns = Record<
  'last_seq' | 'last_number' | 'delivered_seq' | 'read_seq' | 'read_number' | 'unread_version' | 'created_at',
  string
> & {
  id: string
  kind: ConversationKind
  name: string | null
  role: MemberRole
  last_message_at: string | null
  unread_from: string | null
  member_count: number
  /** JSON of [id, username, displayName] each. */
  people: string | null
}

/**
 * Those of `mine` that meet a condition. Who is in it is told of each direct conversation; the other kinds may be large, and
 * name their people in `listMembers`.
 *
 * By the driver's own rows: the builder would take twice this process's time for a list of a thousand.
 */
async function selectConversations(db: Database, own: SQL | undefined): Promise<Conversation[]> {
  const rows = await db.execute<ConversationColumns>(sql`
    WITH own AS MATERIALIZED (
      SELECT conversations.id, kind, name, conversations.created_at, last_seq, last_number, last_message_at,
        role, delivered_seq, read_seq, read_number, unread_from, unread_version
      FROM members AS mine JOIN conversations ON conversations.id = mine.conversation_id
      WHERE ${own}
    ), company AS (
      SELECT conversation_id AS id, json_agg(json_build_array(users.id, username, display_name)
        ORDER BY display_name, users.id)::text AS people
      FROM members JOIN users ON users.id = user_id
      WHERE conversation_id = ANY (ARRAY (SELECT id FROM own WHERE kind = 'direct')) AND left_seq IS NULL
      GROUP BY conversation_id
    )
    SELECT own.*, people, (
      SELECT count(*)::int FROM members WHERE conversation_id = own.id AND left_seq IS NULL
    ) AS member_count
    FROM own LEFT JOIN company USING (id)`)
  return rows.map(toConversation)
}

function toConversation(row: ConversationColumns): Conversation {
  const places = {
    lastNumber: Number(row.last_number),
    readNumber: Number(row.read_number),
    unreadFrom: orNull(row.unread_from, Number),
  }
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    createdAt: toTime(row.created_at),
    role: row.role,
    memberCount: row.member_count,
    people: row.people === null ? [] : toPeople(row.people),
    lastSeq: Number(row.last_seq),
    lastMessageAt: orNull(row.last_message_at, toTime),
    deliveredSeq: Number(row.delivered_seq),
    readSeq: Number(row.read_seq),
    unreadVersion: Number(row.unread_version),
    ...places,
    unread: countUnread(places),
  }
}

function toPeople(json: string): Person[] {
  const people: [string, string, string][] = JSON.parse(json)
  return people.map(([id, username, displayName]) => ({ id, username, displayName }))
}

type Places = Pick<Conversation, 'lastNumber' | 'readNumber' | 'unreadFrom'>

function countUnread({ lastNumber, readNumber, unreadFrom }: Places): number {
  const read = unreadFrom === null ? readNumber : Math.min(readNumber, unreadFrom - 1)
  return Math.max(0, lastNumber - read)
}
