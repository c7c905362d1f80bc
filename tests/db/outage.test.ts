import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { startEmbedded } from '../../src/db/embedded'
import { isUnavailable } from '../../src/db/failures'
import { openDatabase } from '../../src/db/open'
import { testFolder } from '../support/postgres'
import { until } from '../support/until'

const SLOW = 60_000

test.skipIf(process.platform !== 'linux')(
  'statements fail as unavailable when PostgreSQL is frozen or killed, and work again when it is back',
  async () => {
    const database = await startEmbedded({ dataDir: testFolder(), dataDirChosen: true, tell: () => {} })
    const { sql, close } = openDatabase(database.url)
    await sql`SELECT 1`

    const frozen = processesOf(database.pid)
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    for (const failure of await Promise.all([failureOf(sql`SELECT 1`), failureOf(sql`SELECT 1`)]))
      expect(isUnavailable(failure)).toBe(true)
    for (const pid of frozen) process.kill(pid, 'SIGCONT')
    await until(() => sql`SELECT 1`.catch(() => null))

    const running = [
      failureOf(sql`SELECT pg_sleep(5)`),
      // The driver would still say ROLLBACK to a connection that is no more, and end the process by that.
      failureOf(sql.begin((tx) => tx`SELECT pg_sleep(5)`)),
    ]
    await until(
      async () =>
        (await sql`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)' AND pid <> pg_backend_pid()`)
          .length === running.length,
    )
    for (const pid of processesOf(database.pid)) process.kill(pid, 'SIGKILL')
    for (const failure of await Promise.all(running)) expect(isUnavailable(failure)).toBe(true)
    await until(() => sql`SELECT 1`.catch(() => null), { within: 20_000 })

    await close()
    await database.stop()
  },
  SLOW,
)

function failureOf(statement: Promise<unknown>): Promise<unknown> {
  return statement.then(
    () => null,
    (error: unknown) => error,
  )
}

/** PostgreSQL's first process and those it made, the first one first. */
function processesOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return [pid, ...children.map(Number)]
}
