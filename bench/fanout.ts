import { SERVER_CORE } from './children'
import { startConfab, startRaw, startSocketIo } from './contenders'
import { allCores, canPin, pin } from './machine'
import { pour } from './pour'
import { alternate } from './rounds'
import type { Scenario } from './scenario'
import { median } from './stats'

const MEMBERS = 500
const RATE = 40
const STEADY = { rate: RATE, ahead: 1 }
/** As fast as it goes. */
const FULL = { rate: Number.POSITIVE_INFINITY, ahead: 16 }
const FULL_ROUNDS = 3
/** Short and many: the sides of a round see the same machine. */
const ROUNDS = 15
const SECONDS = 1
const ALONE_ROUNDS = 5
/** A server that has been up for a while is what is measured: most of the sending code is compiled after this. */
const WARM_SECONDS = 8

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
    const { all, alone } = await startConfab(bench, MEMBERS)
    await pour(alone, FULL, WARM_SECONDS)
    const frame = alone.audience.text
    const contenders = [
      all,
      await startRaw(bench, MEMBERS, frame),
      await startSocketIo(bench, MEMBERS, frame),
    ]
    tell('as fast as it goes')
    const full = await alternate(FULL_ROUNDS, contenders, (contender) => pour(contender, FULL, SECONDS))
    tell('at a steady rate')
    const steady = await alternate(ROUNDS, contenders, async (contender) => {
      const before = await database.cpu()
      const poured = await pour(contender, STEADY, SECONDS)
      return { ...poured, postgres: (((await database.cpu()) - before) * 1e6) / poured.sent }
    })
    const lonely = await alternate(ALONE_ROUNDS, [alone], (contender) => pour(contender, STEADY, SECONDS))
    const whole = steady.compare('cpu')
    const perSend = lonely.compare('cpu').confab
    // Checking, storing and answering the send is done once, whoever listens: `alone` has next to nothing else.
    const sending = median(perSend) / MEMBERS
    return [
      {
        ...{ name: 'server CPU per live delivery', unit: 'µs', bar: { of: 'ratio', most: 1.3 } },
        ...{ ...whole, confab: whole.confab.map((cpu) => cpu - sending) },
      },
      { name: 'the same with its share of the send', unit: 'µs', ...whole },
      { name: 'send to delivery, median', unit: 'ms', ...steady.compare('p50') },
      { name: 'send to delivery, p99', unit: 'ms', ...steady.compare('p99') },
      { name: 'deliveries at most', unit: '/s', ...full.compare('deliveriesPerSecond') },
      { name: 'server CPU per send, one listener', unit: 'µs', confab: perSend },
      { name: "PostgreSQL's CPU per send", unit: 'µs', confab: steady.compare('postgres').confab },
    ]
  },
}
