import type { Passwords } from './accounts/passwords'
import type { SessionCache } from './accounts/session-cache'
import type { Config } from './config'
import type { Database, Sql } from './db/open'
import type { Clock } from './lib/clock'
import type { Failpoints } from './lib/failpoints'
import type { Logger } from './lib/logger'
import type { Bus } from './live/bus'
import type { Hub } from './live/hub'
import type { SendQueue } from './live/send-queue'
import type { ReceiptQueue } from './receipts/queue'
import type { TypingThrottle } from './typing/throttle'

/** All that a command may need. Built once in `main.ts` (and by tests), never imported as a value. */
export interface Deps {
  config: Config
  /** The Drizzle builder: how nearly everything reads and writes. */
  db: Database
  /** The driver below it: for the send function and the hot reads. Its int8 and times come as text. */
  sql: Sql
  bus: Bus
  hub: Hub
  sends: SendQueue
  receipts: ReceiptQueue
  typing: TypingThrottle
  passwords: Passwords
  sessions: SessionCache
  clock: Clock
  logger: Logger
  /** Only in a server built for tests, and only when asked for. */
  failpoints?: Failpoints | undefined
}

/** What a command needs to change a conversation's log. */
export type LogDeps = Pick<Deps, 'db' | 'bus' | 'failpoints'>
