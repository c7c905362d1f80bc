import type { Broken, Recorded } from '../check'
import { broken } from './broken'

/**
 * I11: time from heal to "all clients hold the head" within the bound. Whoever waited for that knew the bound, and wrote down
 * that it was not held.
 */
export function everybodySettles({ entries }: Recorded): Broken[] {
  return entries.flatMap((entry): Broken[] =>
    entry.kind === 'phase' && entry.phase === 'unsettled'
      ? [broken('I11', `not settled at ${Math.round(entry.at)} ms: ${entry.detail}`)]
      : [],
  )
}
