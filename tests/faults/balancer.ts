import { Edge, type Target } from '../support/edge'
import type { Instance } from './instance'

const LOOK_MS = 200
const ANSWER_MS = 2_000
/** Looks without an answer, one after the other, after which an instance counts as gone. */
const FALL = 3

/**
 * What stands before the instances, as haproxy would: asks each whether it is ready, sends new connections in turn to those
 * that are, and breaks the connections of one that is no longer there.
 */
export class Balancer implements Disposable {
  readonly edge: Edge
  readonly #instances: readonly Instance[]
  readonly #ready = new Set<Instance>()
  readonly #misses = new Map<Instance, number>()
  #next = 0
  #closed = false

  constructor(instances: readonly Instance[]) {
    this.#instances = instances
    for (const instance of instances) this.#ready.add(instance)
    this.edge = new Edge(() => this.#inTurn())
    for (const instance of instances) void this.#watch(instance)
  }

  get url(): string {
    return `http://127.0.0.1:${this.edge.port}`
  }

  isReady(instance: Instance): boolean {
    return this.#ready.has(instance)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.edge[Symbol.dispose]()
  }

  #inTurn(): Target[] {
    this.#next += 1
    const ready = this.#instances.filter((instance) => this.#ready.has(instance))
    return ready.map((_, index) => targetOf(ready[(index + this.#next) % ready.length]))
  }

  async #watch(instance: Instance): Promise<void> {
    while (!this.#closed) {
      const health = await look(instance)
      const misses = health === 'gone' ? (this.#misses.get(instance) ?? 0) + 1 : 0
      this.#misses.set(instance, misses)
      if (health === 'ready') this.#ready.add(instance)
      else if (health === 'busy' || misses >= FALL) this.#ready.delete(instance)
      // One that says it is not ready may finish what it has; one that says nothing is given up.
      if (misses === FALL) this.edge.reset(targetOf(instance))
      await Bun.sleep(LOOK_MS)
    }
  }
}

function targetOf(instance: Instance | undefined): Target {
  return { hostname: '127.0.0.1', port: instance?.port ?? 0 }
}

async function look(instance: Instance): Promise<'ready' | 'busy' | 'gone'> {
  const options = { signal: AbortSignal.timeout(ANSWER_MS), keepalive: false }
  return fetch(`${instance.url}/readyz`, options).then(
    ({ ok }) => (ok ? 'ready' : 'busy'),
    () => 'gone',
  )
}
