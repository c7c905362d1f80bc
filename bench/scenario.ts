import type { BenchDatabase } from './database'
import type { Figure } from './figures'

/** What a scenario is given. */
export interface Bench {
  database: BenchDatabase
  /** What was started is stopped in the reverse order when the scenario is over, however it ends. */
  stack: AsyncDisposableStack
  /** Sockets that `idle` opens. */
  sockets: number
  /** Says on stderr what is being done. */
  tell: (sentence: string) => void
}

/** One question about speed or size, and how it is put. Answers within a minute. */
export interface Scenario {
  name: string
  /** What is measured, in half a line. */
  what: (bench: Bench) => string
  /** @throws Skipped when this checkout has nothing to measure yet */
  run(bench: Bench): Promise<Figure[]>
}

/** There is nothing to measure: no failure. */
export class Skipped extends Error {}
