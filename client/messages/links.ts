export interface TextPart {
  /** Where it begins in the text. */
  at: number
  text: string
  /** null for plain text. */
  href: string | null
}

/** Cuts a text at its http and https links; joined together the parts are the text again. */
export function linksIn(text: string): TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/giu)) {
    const link = withoutTail(match[0])
    if (!URL.canParse(link)) continue
    if (match.index > at) parts.push({ at, text: text.slice(at, match.index), href: null })
    parts.push({ at: match.index, text: link, href: link })
    at = match.index + link.length
  }
  if (at < text.length) parts.push({ at, text: text.slice(at), href: null })
  return parts
}

/** Punctuation that ends the sentence rather than the link; a closing bracket only when none was opened inside. */
function withoutTail(link: string): string {
  const trimmed = link.replace(/[.,:;!?'*_]+$/u, '')
  const last = trimmed.at(-1)
  const opener = last === ')' ? '(' : last === ']' ? '[' : null
  if (opener === null || trimmed.includes(opener)) return trimmed
  return withoutTail(trimmed.slice(0, -1))
}
