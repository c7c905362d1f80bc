import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { takeInstanceLock } from '../../src/db/instance-lock'
import { testDatabase } from '../support/postgres'
import { until } from '../support/until'

const alone = { shared: false, patience: 0, tell: () => {} }
const together = { shared: true, patience: 0, tell: () => {} }

test('without a bus only one instance runs on a database, with one several do', async () => {
  const url = await testDatabase()
  const first = await takeInstanceLock(url, alone)
  await expect(takeInstanceLock(url, alone)).rejects.toThrow('REDIS_URL')
  await expect(takeInstanceLock(url, together)).rejects.toThrow('REDIS_URL')
  await first.release()

  const several = [await takeInstanceLock(url, together), await takeInstanceLock(url, together)]
  await expect(takeInstanceLock(url, alone)).rejects.toThrow('REDIS_URL')
  for (const lock of several) await lock.release()
})

test('a lock that was lost with its connection is taken again', async () => {
  const url = await testDatabase()
  const lock = await takeInstanceLock(url, alone)
  const sql = postgres(url, { max: 1 })
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'confab instance' AND datname = current_database()`
  await until(() => !lock.held)
  await until(() => lock.held)
  await sql.end()
  await lock.release()
}, 20_000)
