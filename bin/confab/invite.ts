import { defineCommand } from 'citty'
import { and, isNull, ne } from 'drizzle-orm'
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
    const [admin] = await db
      .select()
      .from(users)
      .where(and(ne(users.role, 'member'), isNull(users.disabledAt)))
      .limit(1)
    if (admin === undefined)
      throw new Error('Nobody has an account yet: whoever signs up first needs no invite.')
    const access = AdminAccess.of({ user: admin, sessionId: '' })
    const { url, expiresAt } = await createInvite({ db, config, clock: systemClock }, access)
    console.log(`${url}\nIt can be used until ${expiresAt}.`)
  },
})
