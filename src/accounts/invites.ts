import { and, eq, gt, sql } from 'drizzle-orm'
import type { Transaction } from '../db/open'
import type { Deps } from '../deps'
import { AppError } from '../lib/errors'
import { hashToken, newToken } from '../lib/tokens'
import type { AdminAccess } from './access'
import { invites } from './tables'

const INVITE_DAYS = 7
const INVITE_USES = 20

/** A link that lets a few more people sign up. It is shown this once: only its hash is kept. */
export async function createInvite(
  deps: Pick<Deps, 'db' | 'config' | 'clock'>,
  access: AdminAccess,
): Promise<{ url: string; expiresAt: string }> {
  const token = newToken()
  const expiresAt = new Date(deps.clock.now() + INVITE_DAYS * 24 * 60 * 60 * 1000).toISOString()
  await deps.db
    .insert(invites)
    .values({ tokenHash: hashToken(token), createdBy: access.userId, usesLeft: INVITE_USES, expiresAt })
  return { url: `${deps.config.publicOrigins[0]}/join/${token}`, expiresAt }
}

/** @throws FORBIDDEN unless the invite could be used now */
export async function checkInvite({ db }: Pick<Deps, 'db'>, token: string | undefined): Promise<void> {
  const [invite] = await db.select({ usesLeft: invites.usesLeft }).from(invites).where(isUsable(token))
  if (invite === undefined) throw refusal(token)
}

/**
 * Takes one use of an invite; it comes back if the transaction fails. One statement decides who gets the last one.
 *
 * @throws FORBIDDEN when it is used up by now
 */
export async function takeInvite(tx: Transaction, token: string | undefined): Promise<void> {
  const taken = await tx
    .update(invites)
    .set({ usesLeft: sql`${invites.usesLeft} - 1` })
    .where(isUsable(token))
    .returning({ usesLeft: invites.usesLeft })
  if (taken.length === 0) throw refusal(token)
}

function isUsable(token = '') {
  return and(
    eq(invites.tokenHash, hashToken(token)),
    gt(invites.usesLeft, 0),
    gt(invites.expiresAt, sql`now()`),
  )
}

function refusal(token: string | undefined): AppError {
  const sentence =
    token === undefined
      ? 'You need an invite to sign up here.'
      : 'This invite is used up, too old or not one of ours.'
  return new AppError('FORBIDDEN', sentence, { field: 'invite' })
}
