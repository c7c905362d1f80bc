import { unavailable } from '../lib/errors'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. Bun's own preset is weaker in memory. */
const COST = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const
const COST_MARK = '$argon2id$v=19$m=19456,t=2,p=1$'
/** The hash of a password that nobody has: what is verified when there is no such account. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$9Dpi+q3lF+Ml7Bw22XiGOLR6lT4AjEADOnS1rRpJx6c$eBXwLneorOWSauucKUg/f9LEBhEFHn6PZ/i8amiCsH0'

interface PasswordLimits {
  /** How many hashes are worked on at once: a flood of log-ins leaves the other cores to the chat. */
  atOnce: number
  /** How many more may wait. At 75 ms each, the last of them is still answered in time. */
  waiting: number
}

/** Hashes and verifies, a few at a time. One for the process, built in `main.ts`. */
export class Passwords {
  #working = 0
  readonly #waiting: (() => void)[] = []

  constructor(private readonly limits: PasswordLimits = { atOnce: 2, waiting: 150 }) {}

  /** @throws SERVICE_UNAVAILABLE when too many are waiting already */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => Bun.password.hash(password, COST))
  }

  /** The same work for a hash that is undefined, so that an answer's time tells nobody which accounts exist. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const right = await this.#inTurn(() => Bun.password.verify(password, hash ?? NOBODY))
    return right && hash !== undefined
  }

  /** True for a hash of another cost than today's: to be made anew while the password is at hand. */
  isDated(hash: string): boolean {
    return !hash.startsWith(COST_MARK)
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working >= this.limits.atOnce) {
      if (this.#waiting.length >= this.limits.waiting) throw unavailable()
      // Whoever finishes hands its place over, so nobody slips in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#working += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#working -= 1
      else next()
    }
  }
}
