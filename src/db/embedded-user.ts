import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Whom PostgreSQL runs as when we are root, since it refuses to be root itself. */
export interface SystemUser {
  name: string
  uid: number
  gid: number
}

/**
 * The owner of the data if there is some already, else `postgres` if the system has such a user, else `nobody`. Null when
 * this process is no root: then PostgreSQL runs as whoever we are.
 */
export function postgresUser(dataOwner: { uid: number; gid: number } | null): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  const users = systemUsers()
  if (dataOwner !== null && dataOwner.uid !== 0) {
    const name = users.find((user) => user.uid === dataOwner.uid)?.name ?? `with id ${dataOwner.uid}`
    return { name, ...dataOwner }
  }
  return (
    users.find(({ name }) => name === 'postgres') ??
    users.find(({ name }) => name === 'nobody') ?? { name: 'nobody', uid: 65_534, gid: 65_534 }
  )
}

/** The first folder on the way to `path`, or `path` itself, that the user may not enter or run; null when the way is open. */
export function blockedAt(path: string, user: SystemUser): string | null {
  const above = dirname(path)
  const blocked = above === path ? null : blockedAt(above, user)
  return blocked ?? (mayEnter(path, user) ? null : path)
}

function mayEnter(path: string, { uid, gid }: SystemUser): boolean {
  const { mode, ...owner } = statSync(path)
  const bit = owner.uid === uid ? 0o100 : owner.gid === gid ? 0o010 : 0o001
  return (mode & bit) !== 0
}

function systemUsers(): SystemUser[] {
  return readPasswd()
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}
