import type { ConversationItem } from './useConversations'

/** The conversations whose title holds every word of a query, accents and case aside. */
export function matching(conversations: ConversationItem[], query: string): ConversationItem[] {
  const words = fold(query).split(/\s+/u).filter(Boolean)
  return conversations.filter(({ title }) => {
    const name = fold(title)
    return words.every((word) => name.includes(word))
  })
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}
