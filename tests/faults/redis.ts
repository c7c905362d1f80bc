import { until } from '../support/until'
import type { World } from './world'

/** Resolves when every instance trusts its bus. */
export async function busesAreHealthy({ instances }: World): Promise<void> {
  const isHealthy = async () => {
    const counted = await Promise.all(instances.map((instance) => instance.counted()))
    return counted.every(({ healthy }) => healthy === 1)
  }
  await until(isHealthy, { what: 'healthy buses', within: 20_000 })
}

/**
 * Waits until every instance has said that Redis is away.
 *
 * @returns milliseconds after `at` until the last one did; infinity when `withinMs` were not enough
 */
export async function noticed({ instances, history }: World, at: number, withinMs: number): Promise<number> {
  const said = () => instances.map((instance) => instance.saidSince(at, 'bus: Redis is away'))
  while (said().includes(null)) {
    if (history.now() - at > withinMs) return Number.POSITIVE_INFINITY
    await Bun.sleep(10)
  }
  return Math.max(...said().map((moment) => (moment ?? 0) - at))
}

/** Has Redis itself do something, by no edge. */
export async function tellRedis({ parts }: World, command: string, ...words: string[]): Promise<unknown> {
  const client = new Bun.RedisClient(parts.redis.url)
  try {
    return await client.send(command, words)
  } finally {
    client.close()
  }
}
