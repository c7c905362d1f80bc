import { Edge } from '../../support/edge'
import { until } from '../../support/until'
import type { Fault } from '../fault'
import { Pairs } from '../pairs'

/** The headers of an answer are longer than this. */
const ANSWER_BYTES = 300

/** Nobody can tell the two from outside: nothing is stored, or all is and the answer got lost. */
export const beforeCommit: Fault = {
  id: 'F6',
  title: 'an instance dies before the commit; the reply is cut',
  bar: 'absent or once; the retry is answered with the same seq',
  fast: true,
  async run({ fast, random, world: create, figure }) {
    const [cuts, deaths] = fast ? [3, 2] : [25, 25]
    const world = await create({ clients: 0, people: 12, conversations: 4, members: 6 })
    const [doomed, other] = world.instances
    const toOther = { hostname: '127.0.0.1', port: other.port }
    using way = new Edge(() => [{ hostname: '127.0.0.1', port: doomed.port }, toOther])
    const pairs = await Pairs.join(world, { writing: `http://127.0.0.1:${way.port}`, safe: other.url })

    let kept = 0
    for (let cut = 0; cut < cuts; cut++) {
      const bytes = 1 + random.below(ANSWER_BYTES)
      world.history.phase('fault', `replies are cut after ${bytes} bytes`)
      way.cutAfter('down', bytes)
      const message = pairs.write(`the words of cut ${cut}`)
      await until(() => pairs.unanswered([message]) > 0, { what: 'a cut reply' })
      kept += await pairs.stored([message])
      way.pass()
      world.history.phase('heal', 'replies get through')
      await pairs.delivered([message])
    }
    let absent = 0
    for (let death = 0; death < deaths; death++) {
      await doomed.kill('SIGKILL')
      await doomed.start({ CONFAB_FAILPOINT: 'send.beforeCommit=kill' })
      doomed.expectEnd()
      // What was kept open to the other instance while this one was away would be used again.
      way.reset(toOther)
      world.history.phase('fault', `${doomed.name} dies before commit ${death}`)
      const message = pairs.write(`the words of death ${death}`)
      await doomed.ended()
      absent += 1 - (await pairs.stored([message]))
      world.history.phase('heal', `the way leads to ${other.name}`)
      await pairs.delivered([message])
    }
    await doomed.start()
    world.history.phase('heal', `${doomed.name} is started for good`)
    for (const writer of pairs.writers) writer.session.returned()
    const settled = await world.settle(10_000)
    const { stored, answered, different } = await pairs.retryAll()

    const all = cuts + deaths
    figure({ name: 'cut replies', value: cuts, unit: '' })
    figure({ name: 'to stored messages', value: kept, unit: '', atLeast: cuts })
    figure({ name: 'deaths', value: deaths, unit: '' })
    figure({ name: 'absent at first', value: absent, unit: '' })
    figure({ name: 'stored once', value: stored, unit: '', atLeast: all })
    figure({ name: 'retries answered', value: answered, unit: '', atLeast: 2 * all })
    figure({ name: 'with another seq', value: different, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}
