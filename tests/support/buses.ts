import pino from 'pino'
import type { Bus } from '../../src/live/bus'
import { createRedisBus } from '../../src/live/redis-bus'
import type { TestRedis } from './redis'

export const silent = pino({ level: 'silent' })

const opened: Bus[] = []

/** For `afterEach`. */
export async function closeBuses(): Promise<void> {
  await Promise.all(opened.splice(0).map((bus) => bus.close()))
}

/** Closed after the test. */
export function open(bus: Bus): Bus {
  opened.push(bus)
  return bus
}

/** A bus that is healthy already. */
export async function connect(url: string): Promise<Bus> {
  const bus = open(createRedisBus(url, silent))
  await healthTurns(bus, true)
  return bus
}

/** All that the bus hears from now on, as `channel payload`. */
export function listen(bus: Bus): string[] {
  const heard: string[] = []
  bus.onMessage((channel, payload) => heard.push(`${channel} ${payload}`))
  return heard
}

export function healthTurns(bus: Bus, wanted: boolean): Promise<void> {
  return new Promise((resolve) => bus.onHealth((healthy) => healthy === wanted && resolve()))
}

export async function connectionsOf(redis: TestRedis): Promise<string[]> {
  const client = new Bun.RedisClient(redis.url)
  const list = String(await client.send('CLIENT', ['LIST']))
  client.close()
  return list.split('\n').filter((line) => line.includes('name=confab-'))
}

export async function killConnection(redis: TestRedis, name: string): Promise<void> {
  const [line] = (await connectionsOf(redis)).filter((connection) => connection.includes(`name=${name}`))
  const id = line?.match(/^id=(\d+)/)?.[1]
  if (id === undefined) throw new Error(`no connection named ${name}`)
  const client = new Bun.RedisClient(redis.url)
  await client.send('CLIENT', ['KILL', 'ID', id])
  client.close()
}
