import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { and, eq, lt } from 'drizzle-orm'
import { type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia'
import type { Deps } from '../deps'
import { hashToken, newToken } from '../lib/tokens'
import { userChannel } from '../live/channels'
import type { ServerRole, User } from './schema'
import { sessions, users } from './tables'

/**
 * Who is signed in, and where. The only file that knows lucia.
 *
 * The cookie holds a random token, the database its SHA-256: whoever reads the database can sign in as nobody. Lucia
 * prolongs a session that is used and forgets one that is idle; that none outlives `SESSION_DAYS_MAX` is our own rule.
 */
export interface Viewer {
  user: User
  /** The row's id: the hash of the token, never the token. */
  sessionId: string
}

/** A session that just began. The token goes into the cookie and nowhere else. */
export interface NewSession {
  token: string
  /** When the cookie may be forgotten: the longest that the session can live. */
  expiresAt: Date
}

/** Days without a request after which a session ends. */
const SESSION_DAYS_IDLE = 30
/** Days after its beginning when a session ends, however much it is used. */
const SESSION_DAYS_MAX = 180
const DAY_MS = 24 * 60 * 60 * 1000

type SessionDeps = Pick<Deps, 'db' | 'sql' | 'config' | 'clock' | 'sessions'>

/** The person whose session the Cookie header carries; null when there is none, or it ended, or they are disabled. */
export async function readSession(deps: SessionDeps, cookieHeader: string | null): Promise<Viewer | null> {
  const token = tokenIn(cookieHeader, deps.config)
  if (token === null) return null
  const sessionId = hashToken(token)
  return deps.sessions.get(sessionId, () => validate(deps, sessionId))
}

async function validate(deps: SessionDeps, sessionId: string): Promise<Viewer | null> {
  const lucia = openLucia(deps)
  const { session, user } = await lucia.validateSession(sessionId)
  if (session === null) return null
  if (Date.parse(session.createdAt) + SESSION_DAYS_MAX * DAY_MS <= deps.clock.now()) {
    await lucia.invalidateSession(session.id)
    return null
  }
  if (user.disabledAt !== null) return null
  const { id, username, displayName, role } = user
  return { user: { id, username, displayName, role }, sessionId: session.id }
}

/** Begins a session under a new token, and clears away this person's sessions that ran out. */
export async function startSession(deps: SessionDeps, userId: string): Promise<NewSession> {
  const now = deps.clock.now()
  await deps.db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), lt(sessions.expiresAt, new Date(now))))
  const token = newToken()
  await openLucia(deps).createSession(
    userId,
    { createdAt: new Date(now).toISOString() },
    { sessionId: hashToken(token) },
  )
  return { token, expiresAt: new Date(now + SESSION_DAYS_MAX * DAY_MS) }
}

/**
 * Those of these sessions that `readSession` would not take any more. It reads, and prolongs nothing: a socket that
 * lies open is no use of the session.
 */
export async function endedSessions(
  { sql, clock }: Pick<Deps, 'sql' | 'clock'>,
  sessionIds: string[],
): Promise<string[]> {
  const now = clock.now()
  const oldest = now - SESSION_DAYS_MAX * DAY_MS
  const rows = await sql<{ id: string }[]>`
    SELECT open.id FROM unnest(${sessionIds}::text[]) AS open (id)
    WHERE NOT EXISTS (
      SELECT FROM sessions JOIN users ON users.id = user_id
      WHERE sessions.id = open.id AND disabled_at IS NULL
        AND expires_at > ${new Date(now).toISOString()} AND sessions.created_at > ${new Date(oldest).toISOString()})`
  return rows.map(({ id }) => id)
}

/** Ends a session and, through the hub, closes its sockets on every instance. */
export async function endSession(deps: SessionDeps & Pick<Deps, 'bus'>, viewer: Viewer): Promise<void> {
  await openLucia(deps).invalidateSession(viewer.sessionId)
  deps.sessions.end(viewer.sessionId)
  const news = { type: 'signedOut', sessionId: viewer.sessionId }
  deps.bus.publish(userChannel(viewer.user.id), JSON.stringify(news))
}

/** `__Host-` makes browsers refuse the cookie without Secure, from a subdomain or for a part of the site. */
export function sessionCookieName(config: { secureCookies: boolean }): string {
  return config.secureCookies ? '__Host-confab' : 'confab'
}

/** Null also for what was never a token of ours: lucia's own reader throws at a stray percent sign. */
function tokenIn(cookieHeader: string | null, config: SessionDeps['config']): string | null {
  const pair = `${sessionCookieName(config)}=`
  const value = cookieHeader?.split(/; */).find((cookie) => cookie.startsWith(pair))
  const token = value?.slice(pair.length)
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : null
}

/** Made for each call: it holds no connection and costs next to nothing. */
function openLucia(deps: SessionDeps) {
  return new Lucia(new SessionTable(deps), {
    sessionExpiresIn: new TimeSpan(SESSION_DAYS_IDLE, 'd'),
    getSessionAttributes: ({ createdAt }) => ({ createdAt }),
    getUserAttributes: ({ username, displayName, role, disabledAt }) => ({
      username,
      displayName,
      role,
      disabledAt,
    }),
  })
}

interface SessionRow {
  userId: string
  expiresAt: string
  createdAt: string
  username: string
  displayName: string
  role: ServerRole
  disabledAt: string | null
}

class SessionTable extends DrizzlePostgreSQLAdapter {
  constructor(private readonly deps: SessionDeps) {
    super(deps.db, sessions, users)
  }

  /** Every request asks this, so it goes by the driver: a sixth of the processor time of the builder's way. */
  override async getSessionAndUser(id: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const [row] = await this.deps.sql<SessionRow[]>`
      SELECT user_id AS "userId", expires_at AS "expiresAt", sessions.created_at AS "createdAt",
        username, display_name AS "displayName", role, disabled_at AS "disabledAt"
      FROM sessions JOIN users ON users.id = user_id
      WHERE sessions.id = ${id}`
    if (row === undefined) return [null, null]
    const { userId, expiresAt, createdAt, ...attributes } = row
    return [
      { id, userId, expiresAt: new Date(expiresAt), attributes: { createdAt } },
      { id: userId, attributes },
    ]
  }
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof openLucia>
    DatabaseSessionAttributes: Pick<SessionRow, 'createdAt'>
    DatabaseUserAttributes: Omit<SessionRow, 'userId' | 'expiresAt' | 'createdAt'>
  }
}
