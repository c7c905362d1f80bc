import { expect, test } from 'bun:test'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { connect } from '../../src/db/connect'
import { startEmbedded } from '../../src/db/embedded'
import { findPrograms } from '../../src/db/embedded-programs'
import { isUnavailable } from '../../src/db/failures'
import { StartError } from '../../src/lib/start-error'
import { testFolder } from '../support/postgres'
import { until } from '../support/until'

const SLOW = 60_000

test(
  'a killed program leaves PostgreSQL behind, and the next start stops it and keeps the data',
  async () => {
    const dataDir = testFolder()
    const program = await startProgram(dataDir)
    await execute(program.url, 'CREATE TABLE kept (n int)')
    program.child.kill('SIGKILL')
    await program.child.exited
    expect(isAlive(program.pid)).toBe(true)

    const database = await startEmbedded({ dataDir, dataDirChosen: true, tell: () => {} })
    expect(isAlive(program.pid)).toBe(false)
    await execute(database.url, 'SELECT n FROM kept')
    await database.stop()
  },
  SLOW,
)

test(
  'a second start on the same data is refused while the first lives, and Ctrl-C ends both of the first',
  async () => {
    const dataDir = testFolder()
    const { child, pid } = await startProgram(dataDir)
    const second = startEmbedded({ dataDir, dataDirChosen: true, tell: () => {} })
    expect(second).rejects.toThrow(StartError)
    expect(second).rejects.toThrow(`process ${child.pid}`)
    await second.catch(() => {})

    // As a terminal does it: the signal goes to the whole process group.
    process.kill(-child.pid, 'SIGINT')
    expect(await child.exited).toBe(0)
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(dataDir, 'postgres/data/postmaster.pid'))).toBe(false)
  },
  SLOW,
)

test(
  'a PostgreSQL that is killed is started again under the same address',
  async () => {
    const dataDir = testFolder()
    await using database = disposable(await startEmbedded({ dataDir, dataDirChosen: true, tell: () => {} }))
    const sql = connect(database.url, { max: 1 })
    await sql`SELECT 1`
    const before = database.pid
    process.kill(before, 'SIGKILL')
    // Whether a statement falls into the gap depends on who is faster: PostgreSQL or the driver's next attempt.
    const failures: unknown[] = []
    const answers = () =>
      sql`SELECT 1`.then(
        () => true,
        (error: unknown) => failures.push(error) === 0,
      )
    await until(async () => (await answers()) && database.pid !== before, { within: 20_000 })
    expect(failures.every(isUnavailable)).toBe(true)
    await sql.end()
  },
  SLOW,
)

test(
  'PostgreSQL never runs as root',
  async () => {
    const dataDir = testFolder()
    await using _ = disposable(await startEmbedded({ dataDir, dataDirChosen: true, tell: () => {} }))
    const owner = statSync(join(dataDir, 'postgres/data')).uid
    expect(owner).toBeGreaterThan(0)
  },
  SLOW,
)

test(
  'a program that ends in a hurry takes PostgreSQL with it',
  async () => {
    const { child, pid } = await startProgram(testFolder())
    child.kill('SIGTERM')
    child.kill('SIGTERM')
    await child.exited
    await until(() => !isAlive(pid))
  },
  SLOW,
)

test(
  'data of another PostgreSQL is refused with both versions named, and left as it is',
  async () => {
    const dataDir = testFolder()
    const options = { dataDir, dataDirChosen: true, tell: () => {} }
    await (await startEmbedded(options)).stop()
    const version = join(dataDir, 'postgres/data/PG_VERSION')
    await Bun.write(version, '17\n')
    await expect(startEmbedded(options)).rejects.toThrow(/made by PostgreSQL 17, and this Confab brings 18/)
    expect(await Bun.file(version).text()).toBe('17\n')
  },
  SLOW,
)

test('a machine without PostgreSQL programs is told what to do', () => {
  expect(() => findPrograms('plan9-mips')).toThrow(/set DATABASE_URL/)
})

async function startProgram(dataDir: string) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../support/own-database.ts')], {
    env: { CONFAB_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const { value } = await child.stdout.getReader().read()
  const { url, pid } = JSON.parse(new TextDecoder().decode(value)) as { url: string; pid: number }
  return { child, url, pid }
}

async function execute(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1 })
  await sql.unsafe(statement)
  await sql.end()
}

/** Not what has ended and waits for a parent to ask after it: a zombie has no command line. */
function isAlive(pid: number): boolean {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'stat=', '-p', String(pid)])
  return !/^(Z|$)/.test(stdout.toString().trim())
}

function disposable<T extends { stop(): Promise<void> }>(running: T) {
  return Object.defineProperties(running, { [Symbol.asyncDispose]: { value: () => running.stop() } }) as T &
    AsyncDisposable
}
