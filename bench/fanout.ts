import { SERVER_CORE } from './children'
import { startConfab, startRaw, startSocketIo } from './contenders'
import type { Figure } from './figures'
import { allCores, canPin, pin } from './machine'
import { type Poured, pour } from './pour'
import type { Bench, Scenario } from './scenario'

const MEMBERS = 500
const RATE = 40
const ROUNDS = 5
const SECONDS = 3
const FULL_SECONDS = 1.5
/** Messages on their way at once where it goes as fast as it can. */
const AHEAD = 16

/** What one message costs the server for each of those who get it. */
export const fanout: Scenario = {
  name: 'fanout',
  what: () =>
    `${MEMBERS} members of one conversation online, ${RATE} sends a second${canPin ? '' : ', nothing pinned'}`,

  async run(bench) {
    const { stack, database, tell } = bench
    // The server has a core of its own; this process, which is the load, and PostgreSQL have the other.
    const others = [process.pid, await database.pid()]
    for (const pid of others) pin(pid, String(1 - SERVER_CORE))
    stack.defer(() => {
      for (const pid of others) pin(pid, allCores)
    })

    tell('getting everybody online')
    const confab = await startConfab(bench, MEMBERS)
    const contenders = [confab, await startRaw(bench, confab), await startSocketIo(bench, confab)]
    for (const contender of contenders) await pour(contender, { rate: RATE }, 1)

    const rounds: Round[][] = []
    for (let n = 1; n <= ROUNDS; n++) {
      tell(`round ${n} of ${ROUNDS}`)
      const round: Round[] = []
      for (const contender of contenders) {
        const database = await databaseCpu(bench)
        const steady = await pour(contender, { rate: RATE }, SECONDS)
        const postgres = (await databaseCpu(bench)) - database
        const full = await pour(contender, { ahead: AHEAD }, FULL_SECONDS)
        round.push({ ...steady, postgres: postgres / steady.sent, most: full.deliveriesPerSecond })
      }
      rounds.push(round)
    }

    const compare = (of: keyof Round): Pick<Figure, 'confab' | 'peers'> => {
      const [own, ...peers] = contenders.map(({ name }, i) => ({
        name,
        rounds: rounds.map((round) => round[i]?.[of] ?? Number.NaN),
      }))
      return { confab: own?.rounds ?? [], peers }
    }
    return [
      { name: 'server CPU per delivery', unit: 'µs', ...compare('cpu'), bar: { of: 'ratio', most: 1.3 } },
      { name: 'send to delivery, median', unit: 'ms', ...compare('p50') },
      { name: 'send to delivery, p99', unit: 'ms', ...compare('p99') },
      { name: 'deliveries at most', unit: '/s', ...compare('most') },
      { name: "PostgreSQL's CPU per send", unit: 'µs', confab: compare('postgres').confab },
    ]
  },
}

interface Round extends Poured {
  /** Microseconds of PostgreSQL's CPU for each send. */
  postgres: number
  /** Deliveries a second. */
  most: number
}

async function databaseCpu({ database }: Bench): Promise<number> {
  return (await database.cpu()) * 1e6
}
