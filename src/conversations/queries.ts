import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Person } from '../accounts/schema'
import { personColumns, users } from '../accounts/tables'
import type { Database } from '../db/open'
import type { Deps } from '../deps'
import { notFound } from '../lib/errors'
import type { Head } from '../sync/schema'
import type { MemberAccess } from './access'
import type { Conversation, Member, PublicConversation } from './schema'
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
    unreadFrom: row.unread_from === null ? null : Number(row.unread_from),
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

/** Every conversation this person is in, in no order: two statements, however many there are. */
export async function listConversations({ db }: ReadDeps, userId: string): Promise<Conversation[]> {
  const [rows, people] = await Promise.all([
    selectConversations(db, isCurrent(userId)),
    selectPeople(db, isCurrent(userId)),
  ])
  return rows.map((row) => ({ ...row, people: people.get(row.id) ?? [] }))
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
  const [[row], people] = await Promise.all([selectConversations(db, own), selectPeople(db, own)])
  return row === undefined ? null : { ...row, people: people.get(row.id) ?? [] }
}

function isCurrent(userId: string): SQL | undefined {
  return and(eq(mine.userId, userId), isNull(mine.leftSeq))
}

function countMembers(db: Database) {
  return db.$count(members, and(eq(members.conversationId, conversations.id), isNull(members.leftSeq)))
}

async function selectConversations(
  db: Database,
  own: SQL | undefined,
): Promise<Omit<Conversation, 'people'>[]> {
  const rows = await db
    .select({
      id: conversations.id,
      kind: conversations.kind,
      name: conversations.name,
      createdAt: conversations.createdAt,
      role: mine.role,
      memberCount: countMembers(db),
      lastSeq: conversations.lastSeq,
      lastNumber: conversations.lastNumber,
      lastMessageAt: conversations.lastMessageAt,
      deliveredSeq: mine.deliveredSeq,
      readSeq: mine.readSeq,
      readNumber: mine.readNumber,
      unreadFrom: mine.unreadFrom,
      unreadVersion: mine.unreadVersion,
    })
    .from(mine)
    .innerJoin(conversations, eq(conversations.id, mine.conversationId))
    .where(own)
  return rows.map((row) => ({ ...row, unread: countUnread(row) }))
}

type Places = Pick<Conversation, 'lastNumber' | 'readNumber' | 'unreadFrom'>

function countUnread({ lastNumber, readNumber, unreadFrom }: Places): number {
  const read = unreadFrom === null ? readNumber : Math.min(readNumber, unreadFrom - 1)
  return Math.max(0, lastNumber - read)
}

/** Who is in each direct conversation; the other kinds may be large, and name their people in `members`. */
async function selectPeople(db: Database, own: SQL | undefined): Promise<Map<string, Person[]>> {
  const rows = await db
    .select({ conversationId: members.conversationId, person: personColumns })
    .from(mine)
    .innerJoin(
      conversations,
      and(eq(conversations.id, mine.conversationId), eq(conversations.kind, 'direct')),
    )
    .innerJoin(members, and(eq(members.conversationId, conversations.id), isNull(members.leftSeq)))
    .innerJoin(users, eq(users.id, members.userId))
    .where(own)
    .orderBy(asc(users.displayName), asc(users.id))
  const people = Map.groupBy(rows, (row) => row.conversationId)
  return new Map([...people].map(([id, those]) => [id, those.map((row) => row.person)]))
}
