/** How many code points a string has: what a person would count, nearly, and what the limits speak of. */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** PostgreSQL's `text` refuses U+0000, and UTF-8 has no lone surrogates: both would come back changed. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}
