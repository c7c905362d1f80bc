import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { migrate } from '../../src/db/migrate'
import { testDatabase } from '../support/postgres'

test('a migrated database is left as it is, also by instances that start together', async () => {
  const url = await testDatabase()
  const sql = postgres(url, { max: 1 })
  const before = await sql`SELECT * FROM drizzle.__drizzle_migrations`
  await Promise.all([migrate(url), migrate(url), migrate(url)])
  expect(await sql`SELECT * FROM drizzle.__drizzle_migrations`).toEqual(before)
  await sql.end()
})
