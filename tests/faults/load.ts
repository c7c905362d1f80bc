import type { Random } from './random'
import type { World } from './world'

const TICK_MS = 20

/** People who write and read: the load that every fault happens under. */
export class Load {
  readonly #world: World
  #timer: Timer | null = null
  #random: Random | null = null
  #written = 0
  #padding = ''

  constructor(world: World) {
    this.#world = world
  }

  /** Messages written so far. */
  get written(): number {
    return this.#written
  }

  /**
   * So many messages a second, each by somebody into a conversation that they are in; every fifth time somebody reads.
   * With `padding` each is longer by so many characters.
   */
  start(perSecond: number, { padding = 0 } = {}): void {
    this.stop()
    this.#padding = '.'.repeat(padding)
    this.#random ??= this.#world.random.fork('load')
    const begun = performance.now()
    const before = this.#written
    this.#timer = setInterval(() => {
      const due = before + ((performance.now() - begun) / 1000) * perSecond
      while (this.#written < due) this.#writeOne()
    }, TICK_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async run(perSecond: number, seconds: number): Promise<void> {
    this.start(perSecond)
    await Bun.sleep(seconds * 1000)
    this.stop()
  }

  #writeOne(): void {
    const { participants } = this.#world
    const random = this.#random
    if (random === null) return
    this.#written += 1
    const writer = random.pick(participants)
    const open = writer.session.timelines.all().map(([id]) => id)
    const body = `${writer.device} writes ${this.#written}${this.#padding}`
    if (open.length > 0) writer.write(random.pick(open.sort()), body)
    if (this.#written % 5 !== 0) return
    const reader = random.pick(participants)
    const read = reader.session.timelines.all().map(([id]) => id)
    if (read.length > 0) reader.look(random.pick(read.sort()))
  }
}
