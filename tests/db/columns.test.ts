import { expect, test } from 'bun:test'
import { toTime } from '../../src/db/columns'
import { openDatabase } from '../../src/db/open'
import { testDatabase } from '../support/postgres'

test('a time of the database, in a row and in JSON, is the same moment in ISO 8601', async () => {
  const database = openDatabase(await testDatabase())
  const moments = [
    '2026-01-31T08:30:00.000Z',
    '2026-01-31T08:30:00.100Z',
    '2026-01-31T23:59:59.987Z',
    '1999-12-31T00:00:00.010Z',
  ]
  for (const moment of moments) {
    const [row] = await database.sql<{ plain: string; json: string }[]>`
      SELECT ${moment}::timestamptz(3) AS plain, to_json(${moment}::timestamptz(3)) #>> '{}' AS json`
    expect([row?.plain, row?.json].map((text) => toTime(text ?? ''))).toEqual([moment, moment])
  }
  expect(toTime('2026-01-31 14:00:00.5+05:30')).toBe('2026-01-31T08:30:00.500Z')
  await database.close()
})
