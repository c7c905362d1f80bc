import type { Figure } from './fault'
import { isGood, isHeld, type Result } from './run'

/** What a fault came to, in a few lines. */
export function describe(result: Result): string {
  const { id, title, bar, figures, notes, broken, failures, skipped, seconds } = result
  if (skipped !== null) return `skipped ${id.padEnd(4)} ${title}: ${skipped}`
  const lines = [
    `${isGood(result) ? 'held  ' : 'BROKEN'} ${id.padEnd(4)} ${title} (${seconds.toFixed(1)} s)`,
    `            bar: ${bar}`,
    `            ${figures.map(show).join(' · ')}`,
    ...notes.map((note) => `            ${note}`),
    ...broken.map(({ invariant, sentence }) => `       ${invariant}: ${sentence}`),
    ...failures.map((failure) => `       ${failure}`),
  ]
  return lines.join('\n')
}

function show(figure: Figure): string {
  const { name, value, unit, atMost, atLeast } = figure
  const limit =
    atMost !== undefined ? ` (≤ ${round(atMost)})` : atLeast !== undefined ? ` (≥ ${round(atLeast)})` : ''
  return `${isHeld(figure) ? '' : '✗ '}${name} ${round(value)}${unit === '' ? '' : ` ${unit}`}${limit}`
}

function round(value: number): number {
  return Math.abs(value) < 10 ? Math.round(value * 100) / 100 : Math.round(value)
}
