import { besideBest, besidePeers } from './beside'
import { RAW_EACH, RAW_SHARED, startConfab, startLimits, startPeers } from './contenders'
import { giveServersACore } from './cores'
import type { Figure } from './figures'
import { pour, type Scene } from './pour'
import { atTheQueue } from './queue'
import { startBenchRedis } from './redis'
import { alternate } from './rounds'
import type { Scenario } from './scenario'

const CROWD = { conversations: 1, members: 50, senders: 20 }
const ROUNDS = 5
const WARM_SECONDS = 4
const FLOW = { rate: Number.POSITIVE_INFINITY, inFlight: CROWD.senders, seconds: 1.5 }

/** Everybody writes in the same conversation, whose row all of them need. */
export const hot: Scenario = {
  name: 'hot',
  what: () =>
    `${CROWD.senders} of ${CROWD.members} in one conversation write as fast as they are answered; and at the queue`,

  async run(bench) {
    const redis = await startBenchRedis(bench.stack)
    await giveServersACore(bench, redis)
    return [...(await atTheServer({ bench, redis })), ...(await atTheQueue(bench))]
  },
}

async function atTheServer(scene: Scene): Promise<Figure[]> {
  const { tell } = scene.bench
  tell('getting everybody online')
  const sides = [
    ...(await startConfab(scene, [CROWD])),
    ...(await startPeers(scene, CROWD)),
    ...(await startLimits(scene, CROWD, [RAW_EACH, RAW_SHARED])),
  ]
  for (const side of sides) await pour(scene, side, { ...FLOW, seconds: WARM_SECONDS })
  tell('as fast as it goes')
  const rounds = await alternate(ROUNDS, sides, (side) => pour(scene, side, FLOW))
  return [
    {
      ...{ name: 'messages', unit: '/s', bar: { of: 'ratio', least: 2.2, goal: 3.5 } },
      ...besideBest(rounds.compare('messages'), 'most'),
    },
    { name: 'server CPU per message', unit: 'µs', ...besideBest(rounds.compare('perMessage'), 'least') },
    { name: 'send to delivery, median', unit: 'ms', ...besideBest(rounds.compare('p50'), 'least') },
    { name: 'send to delivery, p99', unit: 'ms', ...besideBest(rounds.compare('p99'), 'least') },
    { name: "PostgreSQL's CPU per message", unit: 'µs', ...besideBest(rounds.compare('postgres'), 'least') },
    { name: "Redis's CPU per message", unit: 'µs', ...besidePeers(rounds.compare('redis'), 'least') },
    { name: "load's part of its core", unit: '×', ...besideBest(rounds.compare('load'), 'least') },
    { name: 'with PostgreSQL and Redis', unit: '×', ...besideBest(rounds.compare('otherCore'), 'least') },
  ]
}
