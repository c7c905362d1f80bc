import type postgres from 'postgres'
import { newId } from '../src/lib/ids'
import { hashToken, newToken } from '../src/lib/tokens'

export interface SignedIn {
  id: string
  /** The Cookie header of a session. */
  cookie: string
}

/** People with a session each, by two statements: hashing a password takes 50 ms, and nobody here types one. */
export async function createPeople(sql: postgres.Sql, count: number): Promise<SignedIn[]> {
  const people = Array.from({ length: count }, () => ({ id: newId(), token: newToken() }))
  const ids = people.map(({ id }) => id)
  await sql`
    INSERT INTO users (id, username, display_name, role, password_hash)
    SELECT id, 'u' || replace(id::text, '-', ''), 'Somebody', 'member', '' FROM unnest(${ids}::uuid[]) AS new (id)`
  await sql`
    INSERT INTO sessions (id, user_id, expires_at)
    SELECT id, user_id, now() + interval '30 days'
    FROM unnest(${people.map(({ token }) => hashToken(token))}::text[], ${ids}::uuid[]) AS new (id, user_id)`
  return people.map(({ id, token }) => ({ id, cookie: `confab=${token}` }))
}

/** Joined yesterday, so not news to anybody. The first member owns it. */
export async function createConversation(sql: postgres.Sql, members: SignedIn[]): Promise<string> {
  const [id, ids] = [newId(), members.map((member) => member.id)]
  const owner = ids[0] ?? ''
  await sql`
    INSERT INTO conversations (id, kind, name, created_by, last_seq) VALUES (${id}, 'private', 'bench', ${owner}, 1)`
  await sql`
    INSERT INTO events (conversation_id, seq, number, kind, actor_id) VALUES (${id}, 1, 0, 'created', ${owner})`
  await sql`
    INSERT INTO members (conversation_id, user_id, role, joined_seq, changed_at)
    SELECT ${id}, user_id, CASE WHEN user_id = ${owner} THEN 'owner' ELSE 'member' END, 1, now() - interval '1 day'
    FROM unnest(${ids}::uuid[]) AS new (user_id)`
  return id
}
