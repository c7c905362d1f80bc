import { Hand, Hash, Lock, NotebookPen } from 'lucide-react'
import type { Person } from '../../src/accounts/schema'
import { Avatar } from '../ui/Avatar'
import { Button } from '../ui/Button'
import type { ConversationItem } from './useConversations'

interface ConversationStartProps {
  conversation: ConversationItem
  meId: string
  /** Nothing was written yet: offer first words. */
  empty: boolean
  onGreet: () => void
  onAdd: () => void
}

/** Above the first message of all: what this is, who is here, and how to begin. */
export function ConversationStart({ conversation, meId, empty, onGreet, onAdd }: ConversationStartProps) {
  const { kind, memberCount } = conversation
  const others = conversation.people.filter((person) => person.id !== meId)
  const { title, hint } = wordsFor(conversation, others)
  const alone = kind === 'direct' ? others.length === 0 : memberCount <= 1
  return (
    <div className="px-5 pt-9 pb-3 max-md:px-3.5">
      <Picture conversation={conversation} others={others} />
      <h2 className="mt-3.5 wrap-anywhere text-[19px] font-[660] tracking-[-0.016em]">{title}</h2>
      <p className="mt-1 max-w-[56ch] wrap-anywhere text-muted text-pretty">{hint}</p>
      {empty && (
        <div className="mt-4 flex flex-wrap gap-2.5">
          {!alone && (
            <Button onClick={onGreet}>
              <Hand size={16} strokeWidth={1.9} aria-hidden />
              Say hello
            </Button>
          )}
          {kind !== 'direct' && <Button onClick={onAdd}>Add people</Button>}
        </div>
      )}
    </div>
  )
}

function Picture({ conversation, others }: { conversation: ConversationItem; others: Person[] }) {
  if (conversation.kind === 'direct' && others.length > 0)
    return (
      <div className="flex">
        {others.slice(0, 4).map((person) => (
          <Avatar
            key={person.id}
            person={person}
            className="-ml-2.5 size-[52px]! text-[19px]! ring-3 ring-bg first:ml-0"
          />
        ))}
      </div>
    )
  const Icon = conversation.kind === 'direct' ? NotebookPen : conversation.kind === 'public' ? Hash : Lock
  return (
    <span className="grid size-[52px] place-items-center rounded-[16px] bg-accent-soft text-accent-text">
      <Icon size={24} strokeWidth={1.9} aria-hidden />
    </span>
  )
}

function wordsFor(conversation: ConversationItem, others: Person[]): { title: string; hint: string } {
  const { kind, title, memberCount } = conversation
  const [first] = others
  if (kind === 'direct' && first === undefined)
    return { title: 'Notes to yourself', hint: 'Lists, links, drafts: only you see what is written here.' }
  if (kind === 'direct' && others.length === 1)
    return {
      title,
      hint: `This is the beginning of your conversation with ${title}. Only the two of you see it.`,
    }
  if (kind === 'direct')
    return { title, hint: `This is the beginning. Only the ${others.length + 1} of you see it.` }
  const who = memberCount === 1 ? 'You are alone here so far.' : `${memberCount} people are here.`
  const open =
    kind === 'public' ? 'Anybody on this server may join.' : 'It is private: people come in when added.'
  return { title: `The beginning of ${title}`, hint: `${who} ${open}` }
}
