import { until } from '../../support/until'
import type { Fault } from '../fault'
import { Pairs } from '../pairs'

/** Messages lost while a connection is silent, at the same time: the server needs 6 s to give it up. */
const TOGETHER = 5

/** The server itself does not know whether it has stored what it sent to the database. */
export const answerLost: Fault = {
  id: 'F12',
  title: 'the commit is done and PostgreSQL’s answer is lost',
  bar: 'once',
  fast: true,
  async run({ fast, random, world: create, figure }) {
    const [breaks, silences] = fast ? [5, 0] : [15, 3]
    const world = await create({ clients: 0, people: 12, conversations: 8, members: 6 })
    const [hit, other] = world.instances
    const pairs = await Pairs.join(world, { writing: hit.url, safe: other.url })
    const [edge] = world.parts.edges.postgres
    if (edge === undefined) throw new Error('there is no edge to PostgreSQL')

    for (let round = 0; round < breaks + silences; round++) {
      const silent = round >= breaks
      const text = `what became of round ${round}?`
      world.history.phase(
        'fault',
        `the answer to “${text}” is lost, ${silent ? 'in silence' : 'then broken'}`,
      )
      using loss = edge.loseAnswersTo(text)
      const conversationIds = random.sample(world.parts.conversationIds, silent ? TOGETHER : 1)
      const messages = conversationIds.map((conversationId) => pairs.write(text, conversationId))
      const committed = async () => (await pairs.stored(messages)) === messages.length
      await until(committed, { what: 'the commit', within: 30_000 })
      if (!silent) loss.reset()
      // The text comes along again with the retry.
      loss[Symbol.dispose]()
      // The outbox may know sooner: from the log.
      const given = () => pairs.unanswered(messages) >= messages.length
      await until(given, { what: 'the tries’ end', within: 30_000 })
      await pairs.delivered(messages)
      world.history.phase('heal', 'the retry is answered')
    }
    const settled = await world.settle(10_000)
    const lost = pairs.lost.length
    const unanswered = pairs.unanswered(pairs.lost)
    const { stored, answered, different } = await pairs.retryAll()

    figure({ name: 'lost', value: lost, unit: '', atLeast: fast ? 5 : 30 })
    figure({ name: 'tries without an answer', value: unanswered, unit: '', atLeast: lost })
    figure({ name: 'stored once', value: stored, unit: '', atLeast: lost })
    figure({ name: 'retries answered', value: answered, unit: '', atLeast: 2 * lost })
    figure({ name: 'with another seq', value: different, unit: '', atMost: 0 })
    figure({ name: 'settled after', value: settled ?? Number.POSITIVE_INFINITY, unit: 'ms', atMost: 10_000 })
  },
}
