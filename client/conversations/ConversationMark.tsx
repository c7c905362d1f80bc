import { Hash, Lock } from 'lucide-react'
import { Avatar, Face } from '../ui/Avatar'
import type { ConversationItem } from './useConversations'

interface ConversationMarkProps {
  conversation: ConversationItem
  /** The person who is signed in. */
  meId: string
}

/** What stands before a conversation's name: a face for people, a sign for channels. */
export function ConversationMark({ conversation, meId }: ConversationMarkProps) {
  const { kind, people } = conversation
  if (kind !== 'direct') {
    const Icon = kind === 'public' ? Hash : Lock
    return (
      <span className="grid w-[22px] shrink-0 place-items-center opacity-80">
        <Icon size={kind === 'public' ? 16 : 15} strokeWidth={2} aria-hidden />
      </span>
    )
  }
  const others = people.filter((person) => person.id !== meId)
  if (others.length > 1) return <Face id={conversation.id} text={String(others.length)} size="small" />
  return <Avatar person={others[0] ?? people[0]} size="small" />
}
