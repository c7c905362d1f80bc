import { median } from './stats'

/** One thing measured, once in each round: of Confab and, in the same rounds, of those it is held against. */
export interface Figure {
  name: string
  unit: 'µs' | 'ms' | '/s' | 'KiB' | '×'
  confab: number[]
  /** The first is the one that the bar is about. */
  peers?: Series[]
  bar?: Bar
}

export interface Series {
  name: string
  rounds: number[]
}

/** What has to hold: of Confab's value divided by the first peer's, or of the value itself. */
export type Bar = { of: 'ratio' | 'value' } & ({ most: number } | { least: number })

export interface Judged {
  /** Medians. */
  confab: number
  peers: { name: string; value: number }[]
  /** The median of the rounds' ratios: a machine that gets slower meanwhile slows both sides of each. */
  ratio: number | null
  held: boolean | null
}

export function judge({ confab, peers = [], bar }: Figure): Judged {
  const value = median(confab)
  const [first] = peers
  const ratio = first === undefined ? null : median(confab.map((one, i) => one / (first.rounds[i] ?? NaN)))
  return {
    confab: value,
    peers: peers.map(({ name, rounds }) => ({ name, value: median(rounds) })),
    ratio,
    held: bar === undefined ? null : holds(bar, bar.of === 'value' ? value : ratio),
  }
}

/** What could not be measured holds nothing. */
function holds(bar: Bar, value: number | null): boolean {
  if (value === null) return false
  return 'most' in bar ? value <= bar.most : value >= bar.least
}
