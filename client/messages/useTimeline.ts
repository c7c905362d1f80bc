import { useLayoutEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { RECEIPT_AUDIENCE_MAX } from '../../src/lib/limits'
import { useConversationServices } from '../conversations/context'
import { noCursors } from '../conversations/cursors'
import { useConversation, useMembers } from '../conversations/useConversations'
import { createItemBuilder, type Items } from './build-items'
import { useMessageServices } from './context'
import type { TimelineItem } from './items'
import { hasNewer, hasOlder } from './timeline'

export interface TimelineView {
  status: 'loading' | 'ready' | 'error'
  /** Oldest first. An item whose content did not change is the same object as before. */
  items: TimelineItem[]
  hasOlder: boolean
  loadOlder(): void
  /** True while the newest messages are not in `items`: far back, after a jump. */
  hasNewer: boolean
  loadNewer(): void
  /** Resolves when the newest page is in `items`. */
  jumpToLatest(): Promise<void>
  /** Puts the divider above the message with this number. */
  mark(number: number): void
  /** Key of the first message that was unread when the conversation was opened; the `new` divider is right above. */
  firstUnreadKey: string | null
}

const NOTHING: Items = { items: [], firstUnreadKey: null }

/** The conversation's timeline, while the calling component is mounted: mounting opens the conversation. */
export function useTimeline(conversationId: string): TimelineView {
  const { me, timelines, windows } = useMessageServices()
  const missing = useConversation(conversationId) === 'missing'
  // Before the first paint: a conversation that is held is drawn at once, without a flash of loading.
  useLayoutEffect(() => {
    if (!missing) windows.open(conversationId)
    return () => windows.close(conversationId)
  }, [windows, conversationId, missing])

  const timeline = useStore(timelines.store, ({ byId }) => byId[conversationId])
  const opened = useStore(timelines.store, (state) => state.opened[conversationId])
  const pending = usePending(conversationId)
  const everybody = useEverybody(conversationId)
  const build = useMemo(() => createItemBuilder(me.id), [me.id])

  const isShown = opened?.status === 'ready' && timeline !== undefined
  const readNumber = opened?.readNumber ?? null
  const marked = opened?.marked === true
  const drawn = useMemo(
    () => (isShown ? build({ timeline, pending, everybody, readNumber, marked }) : NOTHING),
    [build, isShown, timeline, pending, everybody, readNumber, marked],
  )
  const moves = useMemo(
    () => ({
      loadOlder: () => windows.loadOlder(conversationId),
      loadNewer: () => windows.loadNewer(conversationId),
      jumpToLatest: () => windows.jumpToLatest(conversationId),
      mark: (number: number) => windows.mark(conversationId, number),
    }),
    [windows, conversationId],
  )
  return {
    status: missing ? 'error' : isShown ? 'ready' : opened?.status === 'error' ? 'error' : 'loading',
    ...drawn,
    ...moves,
    hasOlder: isShown && hasOlder(timeline),
    hasNewer: isShown && hasNewer(timeline),
  }
}

function usePending(conversationId: string) {
  const { outbox } = useMessageServices()
  const all = useStore(outbox.store, ({ pending }) => pending)
  return useMemo(
    () => all.filter((message) => message.conversationId === conversationId),
    [all, conversationId],
  )
}

/** How far all the others are. null when there is nobody else, so that what is sent is read. */
function useEverybody(conversationId: string) {
  const { members } = useConversationServices()
  const conversation = useConversation(conversationId)
  const known = typeof conversation === 'object' ? conversation : null
  useMembers(conversationId, known !== null && known.memberCount <= RECEIPT_AUDIENCE_MAX)
  const { everybody } = useStore(members.store, ({ byId }) => byId[conversationId] ?? noCursors)
  return known?.kind === 'direct' && known.memberCount === 1 ? null : everybody
}
