import { keepPreviousData } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { Conversation, Member, PublicConversation } from '../../src/conversations/schema'
import { usePeople } from '../accounts/context'
import { trpc } from '../lib/trpc'
import { useConversationServices } from './context'
import { type Cursors, noCursors } from './cursors'
import { byPlace, titleOf } from './list'

/** A conversation as the sidebar shows it. */
export interface ConversationItem extends Conversation {
  /** Its name, or the names of the others in a direct one. */
  title: string
  /** Whether something unsent is in its composer. */
  draft: boolean
}

/** Channels by name, then direct conversations, the latest first. Unchanged ones stay the same objects. */
export function useConversations(): {
  status: 'loading' | 'ready' | 'error'
  conversations: ConversationItem[]
} {
  const { data, isError } = useList()
  const toItem = useToItem()
  const conversations = useMemo(() => data?.conversations.map(toItem).sort(byPlace) ?? [], [data, toItem])
  return { status: data !== undefined ? 'ready' : isError ? 'error' : 'loading', conversations }
}

/** undefined while the list is loading; 'missing' when this person is in no such conversation. */
export function useConversation(id: string): ConversationItem | undefined | 'missing' {
  const { data } = useList()
  const toItem = useToItem()
  if (data === undefined) return undefined
  const entry = data.conversations.find((conversation) => conversation.id === id)
  return entry === undefined ? 'missing' : toItem(entry)
}

const NOBODY: Member[] = []

/** In the order they came. Empty until loaded, and as long as `wanted` is false. */
export function useMembers(id: string, wanted = true): Member[] {
  const { members } = useConversationServices()
  const people = usePeople()
  const { data } = trpc.conversations.members.useQuery(
    { conversationId: id },
    { enabled: wanted, staleTime: Number.POSITIVE_INFINITY },
  )
  const cursors = useStore(members.store, ({ byId }) => byId[id] ?? noCursors)
  const list = data?.members ?? NOBODY
  useEffect(() => {
    if (data === undefined) return
    people.learn(data.members.map(({ user }) => user))
    members.loaded(id, data.members)
  }, [data, members, people, id])
  return useMemo(() => list.map((member) => withCursor(member, cursors)), [list, cursors])
}

export function usePublicConversations(query: string): {
  conversations: PublicConversation[]
  loading: boolean
} {
  const { data, isFetching } = trpc.conversations.browse.useQuery(
    { query: query.trim() },
    { placeholderData: keepPreviousData, staleTime: 0 },
  )
  return { conversations: data?.conversations ?? NONE, loading: isFetching }
}

const NONE: PublicConversation[] = []

function useList() {
  return trpc.conversations.list.useQuery()
}

/** Makes items of entries, and of the same entry the same item. */
function useToItem(): (entry: Conversation) => ConversationItem {
  const { me, marks } = useConversationServices()
  const drafts = useSyncExternalStore(marks.subscribe, marks.read)
  const made = useRef(new WeakMap<Conversation, ConversationItem>())
  return useMemo(() => {
    return (entry) => {
      const draft = drafts.has(entry.id)
      const known = made.current.get(entry)
      if (known?.draft === draft) return known
      const item = { ...entry, title: titleOf(entry, me), draft }
      made.current.set(entry, item)
      return item
    }
  }, [me, drafts])
}

function withCursor(member: Member, { others }: Cursors): Member {
  const cursor = others[member.user.id]
  return cursor === undefined ? member : { ...member, ...cursor }
}
