import { type Bar, type Figure, type Judged, judge } from './figures'

export interface Section {
  name: string
  what: string
  figures: Figure[]
  /** Why there are no figures. */
  note?: string
  failed?: true
}

/** One calm table for each scenario: Confab, the others, Confab's ratio to the first of them, and the bar. */
export function table({ name, what, figures, note }: Section): string {
  const title = `${name}: ${what}`
  if (note !== undefined) return `${title}\n  ${note}`
  const others = [...new Set(figures.flatMap(({ peers = [] }) => peers.map((peer) => peer.name)))]
  const [first, ...rest] = others
  const head = ['', 'Confab', ...(first === undefined ? [] : [first, 'ratio']), ...rest, '']
  return [title, ...align([head, ...figures.map((figure) => row(figure, others))])].join('\n')
}

function row(figure: Figure, [first, ...rest]: string[]): string[] {
  const judged = judge(figure)
  const of = (name: string) => {
    const peer = judged.peers.find((one) => one.name === name)
    return peer === undefined ? '' : `${number(peer.value)} ${figure.unit}`
  }
  const ratio = judged.ratio === null ? '' : judged.ratio.toFixed(2)
  const confab = `${number(judged.confab)} ${figure.unit}`
  const beside = first === undefined ? [] : [of(first), ratio, ...rest.map(of)]
  return [figure.name, confab, ...beside, verdict(figure, judged)]
}

function verdict({ bar, unit }: Figure, { held }: Judged): string {
  if (bar === undefined) return ''
  return `${limit(bar, unit)}: ${held ? 'held' : 'MISSED'}`
}

export function limit(bar: Bar, unit: Figure['unit']): string {
  const [sign, value] = 'most' in bar ? ['≤', bar.most] : ['≥', bar.least]
  return `${sign} ${value} ${bar.of === 'ratio' ? '×' : unit}`
}

/** Three digits that matter. */
function number(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** Names to the left, numbers to the right, the verdict after them. */
function align(rows: string[][]): string[] {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  return rows.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 || column === cells.length - 1 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .replace(/^/, '  ')
      .trimEnd(),
  )
}
