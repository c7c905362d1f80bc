import { USERNAME_MAX } from '../../src/lib/limits'

/** A user name to begin with: Zoë van Dijk → zoe.van.dijk. */
export function usernameFrom(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.|\.$/g, '')
    .slice(0, USERNAME_MAX)
}
