import type { RigPostgres } from './postgres'
import type { Random } from './random'
import type { World, WorldOptions } from './world'

/** One way in which the system is broken on purpose, and what must hold all the same. */
export interface Fault {
  /** As in docs/guarantees.md: F1, F2, … */
  id: string
  title: string
  /** What must hold besides the invariants. */
  bar: string
  /** Part of `--fast`. */
  fast?: true
  run(rig: Rig): Promise<void>
}

/** What a fault works with. All that it starts through here is checked, taken down and reported. */
export interface Rig {
  /** The small form of the fault: for CI, with bars that are the same. */
  fast: boolean
  /** How long the soak lasts, unless as long as it says itself. */
  minutes?: number
  /** Of this fault alone: two runs with one seed do the same. */
  random: Random
  postgres: RigPostgres
  /** A system with its load's clients, checked against every invariant when the fault has run. */
  world(options?: WorldOptions): Promise<World>
  /** A figure for the table; with `atMost` or `atLeast` it is a bar. */
  figure(figure: Figure): void
  /** Taken down when the fault has been judged, the last first. */
  defer(end: () => Promise<void>): void
  /** This machine cannot do it, and why. */
  skip(reason: string): void
  /** A line for whoever reads the run: a histogram, for instance. */
  note(line: string): void
}

export interface Figure {
  name: string
  value: number
  unit: string
  atMost?: number
  atLeast?: number
}
