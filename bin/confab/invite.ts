import { defineCommand } from 'citty'
import { eq } from 'drizzle-orm'
import { AdminAccess } from '../../src/accounts/access'
import { createInvite } from '../../src/accounts/invites'
import { users } from '../../src/accounts/tables'
import { readConfig } from '../../src/config'
import { openDatabase } from '../../src/db/open'
import { systemClock } from '../../src/lib/clock'
import { knownOptionsOnly, UsageError } from './usage'

export const invite = defineCommand({
  meta: { name: 'invite', description: 'Make a link by which a few more people can sign up' },
  plugins: [knownOptionsOnly],
  async run() {
    const config = readConfig()
    if (config.databaseUrl === null)
      throw new UsageError(
        'DATABASE_URL is not set. With the embedded PostgreSQL, make invite links in the menu under your name.',
      )
    await using stack = new AsyncDisposableStack()
    const database = openDatabase(config.databaseUrl)
    stack.defer(() => database.close())
    const { db } = database
    const [owner] = await db.select().from(users).where(eq(users.role, 'owner')).limit(1)
    if (owner === undefined)
      throw new UsageError('Nobody owns this server yet: the first to sign up needs no invite.')
    const access = AdminAccess.of({ user: owner, sessionId: '' })
    const { url, expiresAt } = await createInvite({ db, config, clock: systemClock }, access)
    console.log(`${url}\nIt can be used until ${expiresAt}.`)
  },
})
