import { realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildClient, clientIsStale } from '../bin/client'
import { newId } from '../src/lib/ids'
import { freePort } from '../src/lib/ports'
import { Visitor } from './people'
import { type Product, startProduct } from './product'
import type { Bench, Scenario } from './scenario'

const ROUNDS = 3
const PEOPLE = 50
/** BENCH_MINUTES=5 for as long as the bar means. */
const MINUTES = Number(process.env.BENCH_MINUTES ?? 1)
/** How often a client tells what it has got. */
const RECEIPT_MS = 1_000
const MB = 1e6

/** What somebody has to wait for who tries Confab, and what a team's machine has to give. */
export const start: Scenario = {
  name: 'start',
  what: () =>
    `bun start with its own PostgreSQL and nothing pinned; then ${PEOPLE} people in one channel for ${MINUTES} min, a message a minute each`,

  async run(bench) {
    if (clientIsStale()) {
      bench.tell('building the client, which is missing or older than its sources')
      await buildClient()
    }
    const times: Times[] = []
    for (let round = 1; round < ROUNDS; round++) times.push(await startTwice(bench, async () => {}))
    let memory = { server: Number.NaN, postgres: Number.NaN }
    const last = await startTwice(bench, async (product, owner) => {
      memory = await populate(bench, product, owner)
    })
    times.push(last)
    const all = memory.server + memory.postgres
    const of = (key: keyof Times) => times.map((time) => time[key])
    return [
      {
        ...{ name: 'first start: command to first delivered message', unit: 's' },
        ...{ confab: of('first'), bar: { of: 'value', most: 5 } },
      },
      { name: 'of that, until it is ready', unit: 's', confab: of('firstReady') },
      {
        ...{ name: 'second start: command to first delivered message', unit: 's' },
        ...{ confab: of('second'), bar: { of: 'value', most: 3 } },
      },
      { name: 'of that, until it is ready', unit: 's', confab: of('secondReady') },
      {
        ...{ name: `${PEOPLE} people online: memory of all`, unit: 'MB' },
        ...{ confab: [all / MB], bar: { of: 'value', most: 256 } },
      },
      { name: "of that, the server's", unit: 'MB', confab: [memory.server / MB] },
      { name: "of that, PostgreSQL's", unit: 'MB', confab: [memory.postgres / MB] },
    ]
  },
}

/** In seconds since the command. */
interface Times {
  firstReady: number
  first: number
  secondReady: number
  second: number
}

/** In a new data folder, which is removed. `then` happens while it runs the second time. */
async function startTwice(
  { stack, tell }: Bench,
  then: (product: Product, owner: Visitor) => Promise<void>,
): Promise<Times> {
  const dataDir = join(tmpdir(), `confab-bench-${newId()}`)
  const port = await freePort('127.0.0.1')
  if (port === null) throw new Error('no port is free')
  await using own = new AsyncDisposableStack()
  own.defer(() => removeData(dataDir))

  tell('starting for the first time')
  let began = performance.now()
  const since = () => (performance.now() - began) / 1_000
  let product = await startProduct(dataDir, port)
  const running = { stop: () => product.stop() }
  stack.defer(() => running.stop())
  own.defer(() => running.stop())
  const firstReady = since()
  const [ada, grace] = [await Visitor.signUp(product.url, 'ada'), await Visitor.signUp(product.url, 'grace')]
  const conversationId = await ada.create('conversations.openDirect', { userIds: [grace.id] })
  await deliver(ada, grace, conversationId)
  const first = since()
  grace.disconnect()
  ada.disconnect()
  await product.stop()

  tell('starting again')
  began = performance.now()
  product = await startProduct(dataDir, port)
  const secondReady = since()
  await deliver(ada, grace, conversationId)
  const second = since()
  await then(product, ada)
  grace.disconnect()
  ada.disconnect()
  return { firstReady, first, secondReady, second }
}

/** Resolves when what one sends has come over the other's new socket. */
async function deliver(from: Visitor, to: Visitor, conversationId: string): Promise<void> {
  await to.connect()
  const { promise, resolve } = Promise.withResolvers<void>()
  const body = `hello ${newId()}`
  to.listen((text) => {
    if (text.includes(body)) resolve()
  })
  await from.send(conversationId, body)
  await promise
}

/** People in a channel, each with a socket; they write at their turns, and tell what they have got. */
async function populate({ tell }: Bench, product: Product, owner: Visitor) {
  tell(`${PEOPLE} people come`)
  const people: Visitor[] = []
  for (let n = 0; n < PEOPLE; n++) people.push(await Visitor.signUp(product.url, `person${n}`))
  const conversationId = await owner.create('conversations.create', {
    ...{ kind: 'public', name: 'everybody', memberIds: people.map(({ id }) => id) },
  })
  for (const person of people) {
    await person.connect()
    acknowledge(person, conversationId)
  }
  tell(`they write, for ${MINUTES} min`)
  const pause = 60_000 / PEOPLE
  const began = performance.now()
  for (let n = 0; n < PEOPLE * MINUTES; n++) {
    await people[n % PEOPLE]?.send(conversationId, `message ${n} `.padEnd(100, 'and so on '))
    await Bun.sleep(Math.max(0, began + (n + 1) * pause - performance.now()))
  }
  const memory = product.memory()
  for (const person of people) person.disconnect()
  return memory
}

/** As a client does that holds the log, with the window in front: at most once a second. */
function acknowledge(person: Visitor, conversationId: string): void {
  let held = 0
  let due = false
  person.listen((text) => {
    const seq = /"type":"message".*?"seq":(\d+)/.exec(text)?.[1]
    if (seq === undefined || Number(seq) <= held) return
    held = Number(seq)
    if (due) return
    due = true
    setTimeout(() => {
      due = false
      const cursors = [{ conversationId, delivered: held, read: held }]
      person.call('receipts.update', { cursors }).catch(() => {}) // Everybody is leaving.
    }, RECEIPT_MS)
  })
}

/** PostgreSQL's may lie elsewhere, behind a link. */
function removeData(dataDir: string): void {
  const linked = join(dataDir, 'postgres')
  try {
    rmSync(realpathSync(linked), { recursive: true, force: true })
  } catch {
    // It never got that far.
  }
  rmSync(dataDir, { recursive: true, force: true })
}
