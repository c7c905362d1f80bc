import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Transaction } from '../db/open'
import type { Deps } from '../deps'
import { AppError } from '../lib/errors'
import { newId } from '../lib/ids'
import { checkInvite, takeInvite } from './invites'
import { hasUsers } from './queries'
import type { logInInput, ServerRole, signUpInput, User } from './schema'
import { endSession, type NewSession, startSession, type Viewer } from './sessions'
import { users } from './tables'

type AccountDeps = Pick<Deps, 'db' | 'sql' | 'config' | 'clock' | 'bus' | 'passwords' | 'sessions'>

/** Somebody who just came in: the session's token is for the cookie. */
export interface SignedIn {
  user: User
  session: NewSession
}

/**
 * A new account, signed in. The first one owns the server and needs no invite.
 *
 * @throws CONFLICT when the name is taken, FORBIDDEN without a usable invite where one is needed
 */
export async function signUp(
  deps: AccountDeps,
  viewer: Viewer | null,
  input: z.output<typeof signUpInput>,
): Promise<SignedIn> {
  const { username, invite, displayName = username } = input
  // Asked before the costly hash, and decided again inside the transaction.
  const mayBeFirst = !(await hasUsers(deps))
  if (!mayBeFirst && deps.config.signUp === 'invite') await checkInvite(deps, invite)
  if ((await findByName(deps, username)) !== undefined) throw nameTaken()

  const passwordHash = await deps.passwords.hash(input.password)
  const user = await deps.db.transaction(async (tx) => {
    const role = await takeRole(tx, mayBeFirst)
    if (role !== 'owner' && deps.config.signUp === 'invite') await takeInvite(tx, invite)
    const [row] = await tx
      .insert(users)
      .values({ id: newId(), username, displayName, role, passwordHash })
      .onConflictDoNothing()
      .returning()
    if (row === undefined) throw nameTaken()
    return row
  })
  return comeIn(deps, viewer, user)
}

/**
 * A new session for an account. Whether the name or the password is wrong shows neither in the answer nor in its time.
 *
 * @throws UNAUTHORIZED when they do not belong together, FORBIDDEN when they do and the account is disabled
 */
export async function logIn(
  deps: AccountDeps,
  viewer: Viewer | null,
  { username, password }: z.output<typeof logInInput>,
): Promise<SignedIn> {
  const user = await findByName(deps, username)
  const right = await deps.passwords.verify(password, user?.passwordHash)
  if (user === undefined || !right)
    throw new AppError('UNAUTHORIZED', 'The user name or the password is wrong.')
  if (user.disabledAt !== null) throw new AppError('FORBIDDEN', 'This account is disabled.')
  if (deps.passwords.isDated(user.passwordHash)) {
    const passwordHash = await deps.passwords.hash(password)
    await deps.db.update(users).set({ passwordHash }).where(eq(users.id, user.id))
  }
  return comeIn(deps, viewer, user)
}

/** Ends the session, if there is one: signing out twice is no mistake. */
export async function logOut(deps: AccountDeps, viewer: Viewer | null): Promise<void> {
  if (viewer !== null) await endSession(deps, viewer)
}

type UserRow = typeof users.$inferSelect

/** The session that the browser had before ends: its cookie is about to be overwritten. */
async function comeIn(deps: AccountDeps, before: Viewer | null, row: UserRow): Promise<SignedIn> {
  const session = await startSession(deps, row.id)
  if (before !== null) await endSession(deps, before)
  const { id, username, displayName, role } = row
  return { user: { id, username, displayName, role }, session }
}

/** One at a time, as long as nobody has an account: else two could find themselves the first. */
async function takeRole(tx: Transaction, mayBeFirst: boolean): Promise<ServerRole> {
  if (!mayBeFirst) return 'member'
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('confab: first account'))`)
  return (await hasUsers({ db: tx })) ? 'member' : 'owner'
}

async function findByName({ db }: AccountDeps, username: string): Promise<UserRow | undefined> {
  const [user] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.username})`, username))
  return user
}

function nameTaken(): AppError {
  return new AppError('CONFLICT', 'This user name is taken.', { field: 'username' })
}
