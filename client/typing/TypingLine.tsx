import { useTypists } from './useTyping'

/** Who is typing, in room that is always there. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const names = useTypists(conversationId).map((person) => person.displayName)
  return (
    <p data-typing className="h-[22px] truncate px-5 pl-[68px] text-[12.5px] text-muted max-md:pl-[62px]">
      {wordsFor(names)}
    </p>
  )
}

function wordsFor(names: string[]): string {
  const [first, second, third] = names
  if (first === undefined) return ''
  if (second === undefined) return `${first} is typing…`
  if (third === undefined) return `${first} and ${second} are typing…`
  return names.length === 3 ? `${first}, ${second} and ${third} are typing…` : 'Several people are typing…'
}
