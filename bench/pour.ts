import { type Audience, stamp } from './audience'
import type { MeasuredServer } from './children'
import type { BenchRedis } from './redis'
import type { Bench } from './scenario'
import { quantile } from './stats'

/** What servers of one run share. */
export interface Scene {
  bench: Bench
  redis: BenchRedis
}

/** Sends a message; resolves when it is answered as saved. One at a time. */
export type Sender = (body: string) => Promise<void>

/** A server with everybody who listens to it. */
export interface Contender {
  name: string
  server: MeasuredServer
  audience: Audience
  senders: Sender[]
}

export interface Flow {
  /** Messages a second, if the server keeps up. */
  rate: number
  /** How many may be on their way at once: each until it is answered and all of its audience has heard it. */
  inFlight: number
  seconds: number
}

export interface Poured {
  /** Microseconds of the server's CPU for each delivery, and for each message. */
  perDelivery: number
  perMessage: number
  deliveries: number
  /** Messages a second, each saved, answered and delivered. */
  messages: number
  /** Milliseconds from sending to delivery. */
  p50: number
  p99: number
  /** Microseconds of CPU for each message. */
  postgres: number
  redis: number
  /** Parts of the other core, from 0 to 1: of this process, and of all who are on it. */
  load: number
  otherCore: number
}

const BODY_LENGTH = 100
/** Without any delivery for so long, something is lost. */
const LATE_MS = 5_000

/** @throws when a message did not reach everybody: a figure of what was lost would be worth nothing */
export async function pour(scene: Scene, contender: Contender, flow: Flow): Promise<Poured> {
  const { audience, server, name } = contender
  audience.forget()
  const before = { ...(await cpuOfOthers(scene)), server: (await server.usage()).cpu, load: ownCpu() }
  const start = performance.now()
  const sent = await sendAll(contender, flow)
  const micros = (performance.now() - start) * 1_000
  const load = ownCpu() - before.load
  const own = (await server.usage()).cpu - before.server
  const after = await cpuOfOthers(scene)
  const { delivered, delays, copies } = audience
  if (delivered !== sent * copies) throw new Error(`${name}: ${delivered} of ${sent * copies} deliveries`)
  const [postgres, redis] = [after.postgres - before.postgres, after.redis - before.redis]
  return {
    perDelivery: own / delivered,
    perMessage: own / sent,
    deliveries: (delivered / micros) * 1e6,
    messages: (sent / micros) * 1e6,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    postgres: postgres / sent,
    redis: redis / sent,
    load: load / micros,
    otherCore: (load + postgres + redis) / micros,
  }
}

/** @returns how many, all of them answered and delivered */
async function sendAll(contender: Contender, { rate, inFlight, seconds }: Flow): Promise<number> {
  const { audience, senders } = contender
  const slots = Math.min(inFlight, senders.length)
  const start = performance.now()
  let sent = 0

  async function fill(slot: number): Promise<void> {
    const own = senders.filter((_, index) => index % slots === slot)
    for (let turn = 0; performance.now() - start < seconds * 1_000; turn++) {
      const due = start + (sent * 1_000) / rate
      if (due - start >= seconds * 1_000) return
      sent += 1
      const early = due - performance.now()
      if (early > 0) await Bun.sleep(early)
      // What had to wait for the server counts from when it was due.
      const late = early < 0 && rate !== Number.POSITIVE_INFINITY
      const heard = audience.heardBy(slot)
      const body = stamp(slot, late ? due : performance.now()).padEnd(BODY_LENGTH, '.')
      await Promise.all([own[turn % own.length]?.(body), heard])
    }
  }

  const lost = watch(contender)
  await Promise.race([Promise.all(Array.from({ length: slots }, (_, slot) => fill(slot))), lost.promise])
  lost.stop()
  return sent
}

/** Rejects when nobody has heard anything for too long. */
function watch({ name, audience }: Contender) {
  const { promise, reject } = Promise.withResolvers<never>()
  let heard = -1
  const timer = setInterval(() => {
    if (audience.delivered === heard) reject(new Error(`${name}: deliveries are missing after ${heard}`))
    heard = audience.delivered
  }, LATE_MS)
  return { promise, stop: () => clearInterval(timer) }
}

async function cpuOfOthers({ bench, redis }: Scene) {
  return { postgres: (await bench.database.cpu()) * 1e6, redis: redis.cpu() * 1e6 }
}

/** Microseconds. */
function ownCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
