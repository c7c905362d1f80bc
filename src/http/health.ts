import type { Handler } from 'hono'
import type { Deps } from '../deps'
import { within } from '../lib/deadline'

const PING_MS = 2_000

/** Whether this process answers at all. Nothing else is asked, so an outage elsewhere restarts nobody. */
export const live: Handler = (c) => c.text('ok')

/** Whether requests are welcome here now. The bus does not count: without it the chat goes on. */
export function readiness({ sql }: Pick<Deps, 'sql'>, isReady: () => boolean): Handler {
  return async (c) => {
    const reached =
      isReady() &&
      (await within(
        PING_MS,
        sql`SELECT 1`.then(() => true),
      ).catch(() => false))
    return reached ? c.text('ok') : c.text('not ready', 503, { 'Retry-After': '1' })
  }
}
