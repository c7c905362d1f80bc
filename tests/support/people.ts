import type postgres from 'postgres'
import { newId } from '../../src/lib/ids'
import { hashToken, newToken } from '../../src/lib/tokens'
import type { SignedIn } from '../../verify/front-door'

/** People with a session each, by two statements: hashing a password takes 50 ms, and nobody here types one. */
export async function createPeople(sql: postgres.Sql, count: number, name = 'person'): Promise<SignedIn[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    user: {
      id: newId(),
      username: `${name}${index}`,
      displayName: `${name} ${index}`,
      role: 'member' as const,
    },
    token: newToken(),
  }))
  await sql`
    INSERT INTO users (id, username, display_name, role, password_hash)
    SELECT id, username, display_name, 'member', ''
    FROM unnest(
      ${people.map(({ user }) => user.id)}::uuid[], ${people.map(({ user }) => user.username)}::text[],
      ${people.map(({ user }) => user.displayName)}::text[]
    ) AS new (id, username, display_name)`
  await sql`
    INSERT INTO sessions (id, user_id, expires_at)
    SELECT id, user_id, now() + interval '30 days'
    FROM unnest(
      ${people.map(({ token }) => hashToken(token))}::text[], ${people.map(({ user }) => user.id)}::uuid[]
    ) AS new (id, user_id)`
  // By both of its names: which one a server looks for depends on its public origin.
  return people.map(({ user, token }) => ({ user, cookie: `confab=${token}; __Host-confab=${token}` }))
}

/** A private conversation that is a day old, so no news to anybody. Its first member owns it. */
export async function createConversation(sql: postgres.Sql, members: readonly SignedIn[]): Promise<string> {
  const [id, ids] = [newId(), members.map(({ user }) => user.id)]
  const owner = ids[0] ?? ''
  await sql.begin(async (tx) => {
    await tx`
      INSERT INTO conversations (id, kind, name, created_by, last_seq) VALUES (${id}, 'private', 'made for a run', ${owner}, 1)`
    await tx`
      INSERT INTO events (conversation_id, seq, number, kind, actor_id) VALUES (${id}, 1, 0, 'created', ${owner})`
    await tx`
      INSERT INTO members (conversation_id, user_id, role, joined_seq, delivered_seq, read_seq, changed_at)
      SELECT ${id}, user_id, CASE WHEN user_id = ${owner} THEN 'owner' ELSE 'member' END, 1, 1, 1, now() - interval '1 day'
      FROM unnest(${ids}::uuid[]) AS new (user_id)`
  })
  return id
}
