import { defineCommand } from 'citty'
import { readConfig } from '../../src/config'
import { migrate as runMigrations } from '../../src/db/migrate'
import { knownOptionsOnly, UsageError } from './usage'

export const migrate = defineCommand({
  meta: { name: 'migrate', description: 'Bring the database of DATABASE_URL to the newest schema' },
  plugins: [knownOptionsOnly],
  async run() {
    const { databaseUrl } = readConfig()
    if (databaseUrl === null)
      throw new UsageError('DATABASE_URL is not set. The embedded PostgreSQL is migrated by each start.')
    await runMigrations(databaseUrl)
    console.log('The database has the newest schema.')
  },
})
