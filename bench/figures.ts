import { highest, lowest, median } from './stats'

/** One thing measured, once in each round: of Confab and, in the same rounds, of those it is held against. */
export interface Figure {
  name: string
  unit: 'µs' | 'ms' | 's' | '/s' | 'KiB' | 'MB' | 'px' | '×' | 'each'
  confab: number[]
  /** The first is the one that the bar is about. */
  peers?: Series[]
  bar?: Bar
}

export interface Series {
  name: string
  rounds: number[]
}

/**
 * What has to hold: of Confab's value divided by the first peer's, or of the value itself. The goal, on the same side of
 * the bar, is where it should get to; it is told and not judged.
 */
export type Bar = { of: 'ratio' | 'value'; goal?: number } & ({ most: number } | { least: number })

/** Of one side's rounds. NaN, and null in JSON, where nothing could be measured. */
export interface Spread {
  median: number
  lowest: number
  highest: number
  rounds: number[]
}

export interface Judged {
  confab: Spread
  peers: JudgedPeer[]
  held: boolean | null
}

export interface JudgedPeer extends Spread {
  name: string
  /** Confab's value divided by this one's, round by round: a machine that gets slower meanwhile slows both sides. */
  ratio: Spread
}

export function judge({ confab, peers = [], bar }: Figure): Judged {
  const own = spread(confab)
  const judged = peers.map(({ name, rounds }) => ({
    name,
    ...spread(rounds),
    ratio: spread(confab.map((one, round) => one / (rounds[round] ?? Number.NaN))),
  }))
  const ratio = judged[0]?.ratio.median ?? Number.NaN
  return {
    confab: own,
    peers: judged,
    held: bar === undefined ? null : holds(bar, bar.of === 'value' ? own.median : ratio),
  }
}

function spread(rounds: number[]): Spread {
  return { median: median(rounds), lowest: lowest(rounds), highest: highest(rounds), rounds }
}

/** What could not be measured holds nothing. */
function holds(bar: Bar, value: number): boolean {
  return 'most' in bar ? value <= bar.most : value >= bar.least
}
