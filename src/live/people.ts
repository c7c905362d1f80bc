import type { Follower } from './follower'

const NOBODY: ReadonlySet<Follower> = new Set()

/** Who is here: the live subscriptions of each person on this instance. */
export class People {
  readonly #followers = new Map<string, Set<Follower>>()

  get followerCount(): number {
    let count = 0
    for (const followers of this.#followers.values()) count += followers.size
    return count
  }

  has(userId: string): boolean {
    return this.#followers.has(userId)
  }

  of(userId: string): ReadonlySet<Follower> {
    return this.#followers.get(userId) ?? NOBODY
  }

  /** As of now: those who come or go meanwhile change nothing. */
  all(): Follower[] {
    return [...this.#followers.values()].flatMap((followers) => [...followers])
  }

  add(follower: Follower): void {
    const { userId } = follower.identity
    const followers = this.#followers.get(userId)
    if (followers === undefined) this.#followers.set(userId, new Set([follower]))
    else followers.add(follower)
  }

  remove(follower: Follower): void {
    const { userId } = follower.identity
    const followers = this.#followers.get(userId)
    followers?.delete(follower)
    if (followers?.size === 0) this.#followers.delete(userId)
  }
}
