import { AppError } from '../lib/errors'
import type { Viewer } from './sessions'

/** Proof that somebody may run this server, as its owner or an admin. Made by `of` alone: the private field sees to it. */
export class AdminAccess {
  private constructor(private readonly viewer: Viewer) {}

  /** @throws FORBIDDEN for everybody else */
  static of(viewer: Viewer): AdminAccess {
    if (viewer.user.role !== 'member') return new AdminAccess(viewer)
    throw new AppError('FORBIDDEN', 'Only the people who run this server may do that.')
  }

  get userId(): string {
    return this.viewer.user.id
  }
}
