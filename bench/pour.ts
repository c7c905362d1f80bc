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

/** At a steady rate a second, whatever the server does; or as fast as it goes, so many ahead of the deliveries. */
export type Flow = { rate: number } | { ahead: number }

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
  const sends = await ('rate' in flow ? steadily(contender, flow, seconds) : ahead(contender, flow, seconds))
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

/** A send that is due is sent, though the last one may have no answer yet: a slow server gets no easier load. */
async function steadily({ send }: Contender, { rate }: { rate: number }, seconds: number) {
  const sends: Promise<void>[] = []
  const start = performance.now()
  for (let n = 0; n < rate * seconds; n++) {
    const due = start + (n * 1_000) / rate
    if (due > performance.now()) await Bun.sleep(due - performance.now())
    sends.push(send())
  }
  return sends
}

async function ahead({ send, audience }: Contender, flow: { ahead: number }, seconds: number) {
  const sends: Promise<void>[] = []
  const end = performance.now() + seconds * 1_000
  while (performance.now() < end) {
    sends.push(send())
    await audience.heard((sends.length - flow.ahead) * audience.size, LATE_MS)
  }
  return sends
}
