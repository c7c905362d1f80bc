/** The middle one, or halfway between the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** NaN of none. */
export function lowest(values: readonly number[]): number {
  return quantile(values, 0)
}

/** NaN of none. */
export function highest(values: readonly number[]): number {
  return quantile(values, 1)
}

/** Between the two nearest values in proportion; NaN of none. `part` is from 0 to 1. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort()
  const place = (sorted.length - 1) * part
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}
