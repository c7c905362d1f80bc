import { StartError } from '../lib/start-error'
import { connect } from './connect'
import { codes, isUnavailable } from './failures'

const PATIENCE_MS = 10_000
const OLDEST = 15

/**
 * Resolves when the database at `url` answers. Services start side by side, so one that is not there yet is given 10 s.
 *
 * @throws StartError when it does not come, refuses us, or is older than PostgreSQL 15
 */
export async function awaitDatabase(url: string, patience = PATIENCE_MS): Promise<void> {
  const sql = connect(url, { max: 1, connect_timeout: 3, connection: { application_name: 'confab start' } })
  const deadline = performance.now() + patience
  try {
    for (;;) {
      try {
        return await checkVersion(sql)
      } catch (error) {
        if (!isUnavailable(error)) throw refused(error, url)
        if (performance.now() > deadline) throw missing(error, url)
        await Bun.sleep(100)
      }
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function checkVersion(sql: ReturnType<typeof connect>): Promise<void> {
  const [row] = await sql<{ version: string }[]>`SELECT current_setting('server_version_num') AS version`
  const version = Math.floor(Number(row?.version) / 10_000)
  if (version < OLDEST)
    throw new StartError(`The database is PostgreSQL ${version}: Confab needs ${OLDEST} or newer.`)
}

function missing(error: unknown, url: string): StartError {
  const [code] = codes(error)
  return new StartError(
    `The database at ${place(url)} does not answer (${code}): is PostgreSQL running there?`,
  )
}

function refused(error: unknown, url: string): Error {
  if (error instanceof StartError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new StartError(`The database at ${place(url)} refuses Confab: ${reason}.`)
}

/** Without the password. */
function place(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port || 5432}${pathname}`
}
