import { type Bar, type Figure, type JudgedPeer, judge, type Spread } from './figures'

export interface Section {
  name: string
  what: string
  figures: Figure[]
  /** Why there are no figures. */
  note?: string
  failed?: true
}

/** How to read the tables. */
export const LEGEND =
  'Medians of the rounds, the lowest and the highest behind them; then Confab’s ratio to that side, round by round. In\n' +
  'brackets: the goal behind a bar.'

/**
 * One calm table for each scenario: of each figure a row for Confab and a row for each of the others, and the bar in the
 * row of what it is about.
 */
export function table({ name, what, figures, note }: Section): string {
  const title = `${name}: ${what}`
  if (note !== undefined) return `${title}\n  ${note}`
  return [title, ...align(figures.flatMap(rows))].join('\n')
}

function rows(figure: Figure): string[][] {
  const { name, unit, bar } = figure
  const { confab, peers, held } = judge(figure)
  const verdict = bar === undefined ? '' : `${limit(bar, unit)}: ${held ? 'held' : 'MISSED'}`
  // The bar of a ratio to nobody is missed, and has no row but Confab's.
  const barRow = bar?.of === 'ratio' && peers.length > 0 ? 1 : 0
  const own = [name, 'Confab', ...cells(confab, unit), '', '']
  return [own, ...peers.map((peer) => besideRow(peer, unit))].map((row, index) => [
    ...row,
    index === barRow ? verdict : '',
  ])
}

function besideRow(peer: JudgedPeer, unit: Figure['unit']): string[] {
  return ['', peer.name, ...cells(peer, unit), ...cells(peer.ratio, '×')]
}

/** @returns the median with its unit, and the range where there was more than one round */
function cells({ median, lowest, highest, rounds }: Spread, unit: Figure['unit']): [string, string] {
  if (Number.isNaN(median)) return ['not measured', '']
  const tell = unit === 'each' ? count : number
  return [`${tell(median)} ${unit}`, rounds.length > 1 ? `${tell(lowest)}–${tell(highest)}` : '']
}

function limit(bar: Bar, unit: Figure['unit']): string {
  const [sign, value] = 'most' in bar ? ['≤', bar.most] : ['≥', bar.least]
  const goal = bar.goal === undefined ? '' : ` [${bar.goal}]`
  return `${sign} ${value} ${bar.of === 'ratio' ? '×' : unit}${goal}`
}

/** Three digits that matter. In one round of several, nothing divided by nothing may have come out. */
function number(value: number): string {
  if (Number.isNaN(value)) return '?'
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** Whole, unless it is the mean of some that are not alike. */
function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

/** The columns with numbers, to the right; ranges follow them to the left, as words do. */
const MEDIANS = [2, 4]

function align(all: string[][]): string[] {
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return MEDIANS.includes(column) ? cell.padStart(width) : cell.padEnd(width)
      })
      .filter((_, column) => widths[column] !== 0)
      .join('  ')
      .replace(/^/, '  ')
      .trimEnd(),
  )
}
