import type { Figure } from './figures'

interface Side {
  name: string
}

/** What was measured of each side in each round, and how it is compared. */
export interface Rounds<Result> {
  compare(key: keyof Result): Pick<Figure, 'confab' | 'peers'>
}

/**
 * The sides take turns, and every second round goes the other way round: a machine that gets slower, as machines that
 * others work on do, is slower for all. The first side is Confab.
 */
export async function alternate<S extends Side, Result extends Record<keyof Result, number>>(
  count: number,
  sides: S[],
  measure: (side: S) => Promise<Result>,
): Promise<Rounds<Result>> {
  const results = new Map<S, Result[]>(sides.map((side) => [side, []]))
  for (let round = 0; round < count; round++)
    for (const side of round % 2 === 0 ? sides : sides.toReversed())
      results.get(side)?.push(await measure(side))
  return {
    compare(key) {
      const [confab, ...peers] = sides.map((side) => ({
        name: side.name,
        rounds: (results.get(side) ?? []).map((result) => result[key]),
      }))
      return { confab: confab?.rounds ?? [], peers }
    },
  }
}
