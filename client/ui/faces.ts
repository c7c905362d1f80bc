/** Two letters of a name: of its first and last word, or the first two of a single one. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const first = words[0] ?? ''
  const last = words.at(-1) ?? ''
  const letters = words.length > 1 ? [firstOf(first), firstOf(last)] : Array.from(first).slice(0, 2)
  return letters.join('').toLocaleUpperCase()
}

/** The same hue for the same person on every screen, from 0 to 359. */
export function hueOf(id: string): number {
  let hash = 2_166_136_261
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
  // Steps of 24° keep two neighbours apart enough to be told from one another.
  return ((hash >>> 8) % 15) * 24
}

function firstOf(word: string): string {
  return Array.from(word)[0] ?? ''
}
