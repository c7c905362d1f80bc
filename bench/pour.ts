import type { Audience } from './audience'
import type { MeasuredServer } from './children'
import { quantile } from './stats'

/** A server with everybody who listens to it. */
export interface Contender {
  name: string
  server: MeasuredServer
  audience: Audience
  /** Sends one stamped message that all of the audience will hear. */
  send: () => Promise<void>
}

export interface Flow {
  /** Messages a second, if the server keeps up. */
  rate: number
  /**
   * How many may be on their way to the audience at once. With 1, frames never gather into one write while another
   * program has the core: what a delivery costs is then the same on a busy machine.
   */
  ahead: number
}

export interface Poured {
  /** Microseconds of the server's CPU for each delivery. */
  cpu: number
  deliveriesPerSecond: number
  /** Milliseconds from sending to delivery. */
  p50: number
  p99: number
  sent: number
}

const LATE_MS = 5_000

/** @throws when a message did not reach everybody: a figure of what was lost would be worth nothing */
export async function pour(contender: Contender, flow: Flow, seconds: number): Promise<Poured> {
  const { audience, server } = contender
  audience.forget()
  const before = await server.usage()
  const start = performance.now()
  const sends = await sendFor(contender, flow, seconds)
  await Promise.all(sends)
  const complete = await audience.heard(sends.length * audience.size, LATE_MS)
  const elapsed = (performance.now() - start) / 1_000
  const after = await server.usage()
  const { delivered, delays } = audience
  if (!complete || delivered !== sends.length * audience.size)
    throw new Error(`${contender.name}: ${delivered} of ${sends.length * audience.size} deliveries`)
  return {
    cpu: (after.cpu - before.cpu) / delivered,
    deliveriesPerSecond: delivered / elapsed,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    sent: sends.length,
  }
}

async function sendFor({ send, audience }: Contender, { rate, ahead }: Flow, seconds: number) {
  const sends: Promise<void>[] = []
  const start = performance.now()
  for (let due = 0; due < seconds * 1_000; due = Math.max(due + 1_000 / rate, performance.now() - start)) {
    const early = due - (performance.now() - start)
    if (early > 0) await Bun.sleep(early)
    sends.push(send())
    if (!(await audience.heard((sends.length - ahead + 1) * audience.size, LATE_MS))) break
  }
  return sends
}
