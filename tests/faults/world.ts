import type postgres from 'postgres'
import { connect } from '../../src/db/connect'
import { readDatabase } from '../../verify/database'
import type { SignedIn } from '../../verify/front-door'
import { type DatabaseState, History } from '../../verify/history'
import { Participant, type ParticipantOptions } from '../../verify/participant'
import { Edge } from '../support/edge'
import { createConversation, createPeople } from '../support/people'
import { startRedis, type TestRedis } from '../support/redis'
import { Balancer } from './balancer'
import { CursorWatch } from './cursors'
import { Instance } from './instance'
import { Load } from './load'
import type { RigPostgres } from './postgres'
import type { Random } from './random'
import { RedisEdge } from './redis-edge'
import { look, lookAtMemory, lookWhenQuiet, warmUp } from './resources'

export interface WorldOptions {
  /** Clients, each of a person of their own. */
  clients?: number
  /** People, when there are more than clients: the others are there for calls alone (`caller.ts`). */
  people?: number
  /** Instead of the one that all faults share. */
  postgres?: RigPostgres
  conversations?: number
  /** People in each conversation, drawn by the seed. */
  members?: number
  /** Where browsers are said to find the system. One that is not of this machine makes it behave as deployed. */
  origin?: string
  /** More of the instances' environment. */
  env?: Record<string, string>
}

export interface Ground {
  postgres: RigPostgres
  random: Random
}

/** What browsers' requests are said to come from. */
export const ORIGIN = 'http://localhost:3000'

/**
 * The system under test: two instances behind a balancer, PostgreSQL and Redis, an edge on every way between them, and
 * clients with their load. Everything observed goes into `history`.
 */
export class World implements AsyncDisposable {
  readonly history = new History()
  readonly participants: Participant[] = []
  readonly load: Load
  readonly #stack: AsyncDisposableStack
  #cursors: CursorWatch | null = null

  private constructor(
    readonly parts: Parts,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack
    this.load = new Load(this)
  }

  static async create(ground: Ground, options: WorldOptions = {}): Promise<World> {
    const { clients = 40, people: count = clients, conversations = 10, members = 12 } = options
    const { origin = ORIGIN, env = {} } = options
    const stack = new AsyncDisposableStack()
    try {
      const databaseUrl = await (options.postgres ?? ground.postgres).create()
      const sql = connect(databaseUrl, { max: 4 })
      stack.defer(() => sql.end({ timeout: 1 }))
      const redis = await startRedis()
      stack.defer(() => redis.stop())
      const people = await createPeople(sql, count)
      const ids: string[] = []
      const memberIds = new Map<string, string[]>()
      for (let made = 0; made < conversations; made++) {
        const some = ground.random.sample(people, members)
        const id = await createConversation(sql, some)
        ids.push(id)
        memberIds.set(
          id,
          some.map(({ user }) => user.id),
        )
      }
      const edges = { postgres: edgesTo(databaseUrl), redis: redisEdgesTo(redis.url, ground.random) }
      for (const edge of [...edges.postgres, ...edges.redis]) stack.use(edge)
      const parts = { ground, databaseUrl, sql, redis, people, edges, origin, memberIds }
      const world = new World({ ...parts, conversationIds: ids, instances: [], balancer: null }, stack)
      await world.#startInstances(env)
      await world.#connect(people.slice(0, clients))
      return world
    } catch (error) {
      await stack.disposeAsync()
      throw error
    }
  }

  get random(): Random {
    return this.parts.ground.random
  }

  get instances(): readonly [Instance, Instance] {
    const [a, b] = this.parts.instances
    if (a === undefined || b === undefined) throw new Error('the instances are not started')
    return [a, b]
  }

  get balancer(): Balancer {
    if (this.parts.balancer === null) throw new Error('there is no balancer yet')
    return this.parts.balancer
  }

  /** Another client of somebody, by way of the balancer unless told otherwise. Resolves when it is online. */
  async join(
    person: SignedIn,
    options: Partial<Pick<ParticipantOptions, 'device' | 'url' | 'kept' | 'timing'>> = {},
  ): Promise<Participant> {
    const participant = new Participant({
      device: `${person.user.username}/${this.participants.length}`,
      url: this.balancer.url,
      origin: this.parts.origin,
      ...options,
      person,
      history: this.history,
    })
    this.participants.push(participant)
    this.#stack.defer(() => participant.stop())
    while (!participant.online) await Bun.sleep(10)
    return participant
  }

  /**
   * Waits until nothing is owed and every device holds every head, and says so in the history.
   *
   * @returns milliseconds since it was called; null when `withinMs` were not enough
   */
  async settle(withinMs: number): Promise<number | null> {
    const start = performance.now()
    let behind = 'nothing was looked at'
    while (performance.now() - start < withinMs) {
      behind = await this.#behind().catch((error) => `the database cannot be asked: ${error}`)
      if (behind === '') {
        const ms = performance.now() - start
        this.history.phase('settled', `after ${Math.round(ms)} ms`)
        return ms
      }
      await Bun.sleep(20)
    }
    this.history.phase('unsettled', behind)
    return null
  }

  /**
   * What every server holds, into the history. `before` warms them up first, by two seconds of writing; `after` gives them
   * some seconds to let go.
   */
  async recordResources(phase: 'before' | 'after'): Promise<void> {
    if (phase === 'before') await warmUp(this)
    const looks = phase === 'before' ? await look(this, phase) : await lookWhenQuiet(this)
    for (const entry of looks) this.history.add(entry)
  }

  async recordMemory(): Promise<void> {
    for (const entry of await lookAtMemory(this)) this.history.add(entry)
  }

  /** Events of conversations that instances which run have read from the database since they started. */
  async filled(): Promise<number> {
    const running = this.instances.filter((instance) => instance.running)
    const counted = await Promise.all(running.map((instance) => instance.counted()))
    return counted.reduce((sum, { filled = 0 }) => sum + filled, 0)
  }

  /** Writes down what everybody shows, and reads what the database holds. */
  async finish(): Promise<DatabaseState> {
    await this.#cursors?.finish()
    for (const participant of this.participants) participant.recordFinal()
    return readDatabase(this.parts.sql, this.parts.conversationIds)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.load.stop()
    await this.#stack.disposeAsync()
  }

  async #startInstances(env: Record<string, string>): Promise<void> {
    const { edges, databaseUrl, redis, instances, origin } = this.parts
    for (const [index, name] of ['A', 'B'].entries()) {
      const instance = await Instance.start({
        name,
        history: this.history,
        env: {
          PATH: process.env.PATH ?? '',
          NODE_ENV: 'test',
          LOG_LEVEL: 'warn',
          PUBLIC_ORIGIN: origin,
          CONFAB_SECRET: 'a secret that is long enough for tests only',
          // Refused where others than this machine could come.
          ...(origin === ORIGIN ? { CONFAB_LIMITS: 'off' } : {}),
          DATABASE_URL: byWayOf(edges.postgres[index], databaseUrl),
          REDIS_URL: byWayOf(edges.redis[index], redis.url),
          ...env,
        },
      })
      instances.push(instance)
      this.#stack.defer(() => instance.kill('SIGKILL'))
    }
    this.parts.balancer = new Balancer(instances)
    this.#stack.use(this.parts.balancer)
  }

  async #connect(people: readonly SignedIn[]): Promise<void> {
    for (const person of people) await this.join(person)
    this.#cursors = this.#stack.use(new CursorWatch({ ...this.parts, history: this.history }))
  }

  /** Who is behind, in words; empty for nobody. */
  async #behind(): Promise<string> {
    for (const { owed, device } of this.participants) if (owed > 0) return `${device} owes ${owed} messages`
    const rows = await this.parts.sql<{ id: string; head: string; user_id: string }[]>`
      SELECT c.id, c.last_seq AS head, m.user_id
      FROM conversations c JOIN members m ON m.conversation_id = c.id AND m.left_seq IS NULL
      WHERE c.id = ANY (${this.parts.conversationIds}::uuid[])`
    const byUser = Map.groupBy(rows, (row) => row.user_id)
    for (const participant of this.participants)
      for (const { id, head } of byUser.get(participant.userId) ?? []) {
        const held = participant.held(id)
        if (held !== Number(head)) return `${participant.device} holds ${held} of ${head} in ${id}`
      }
    return ''
  }
}

interface Parts {
  ground: Ground
  /** Straight to PostgreSQL, by no edge. */
  databaseUrl: string
  sql: postgres.Sql
  redis: TestRedis
  /** What the requests of all clients are said to come from. */
  origin: string
  people: SignedIn[]
  conversationIds: string[]
  /** User ids by conversation, as they were at the start. */
  memberIds: Map<string, string[]>
  /** Of instance A and of instance B. */
  edges: { postgres: Edge[]; redis: RedisEdge[] }
  instances: Instance[]
  balancer: Balancer | null
}

function edgesTo(url: string): Edge[] {
  const { hostname, port } = new URL(url)
  return [0, 1].map(() => new Edge(() => [{ hostname, port: Number(port) }]))
}

function redisEdgesTo(url: string, random: Random): RedisEdge[] {
  const { hostname, port } = new URL(url)
  return ['A', 'B'].map(
    (name) => new RedisEdge(() => [{ hostname, port: Number(port) }], random.fork(`redis ${name}`)),
  )
}

function byWayOf(edge: Edge | undefined, url: string): string {
  const through = new URL(url)
  through.port = String(edge?.port)
  return through.href
}
