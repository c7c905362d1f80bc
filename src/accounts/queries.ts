import { and, asc, ilike, inArray, isNull, or } from 'drizzle-orm'
import type { Deps } from '../deps'
import type { Person } from './schema'
import { personColumns, users } from './tables'

type ReadDeps = Pick<Deps, 'db'>

/** The directory: those whose name holds `query`, by name. Everybody on the server may see it. */
export async function findPeople(
  deps: ReadDeps,
  { query, limit }: { query: string; limit: number },
): Promise<Person[]> {
  const pattern = `%${query.trim().replace(/[\\%_]/g, '\\$&')}%`
  return deps.db
    .select(personColumns)
    .from(users)
    .where(
      and(isNull(users.disabledAt), or(ilike(users.username, pattern), ilike(users.displayName, pattern))),
    )
    .orderBy(asc(users.displayName), asc(users.id))
    .limit(limit)
}

/** The people of these ids, in no order, disabled ones too: their messages are still to be read. */
export async function readPeople(deps: ReadDeps, ids: string[]): Promise<Person[]> {
  return deps.db.select(personColumns).from(users).where(inArray(users.id, ids))
}

/** What the sign-up page must know: whether an invite is asked for, and whether nobody has an account yet. */
export async function readSignUpMode(
  deps: Pick<Deps, 'db' | 'config'>,
): Promise<{ mode: 'open' | 'invite'; first: boolean }> {
  return { mode: deps.config.signUp, first: !(await hasUsers(deps)) }
}

export async function hasUsers({ db }: ReadDeps): Promise<boolean> {
  const [user] = await db.select({ id: users.id }).from(users).limit(1)
  return user !== undefined
}
