import type { TimelineItem } from './items'

export interface TimelineView {
  status: 'loading' | 'ready' | 'error'
  /** Oldest first. An item whose content did not change is the same object as before. */
  items: TimelineItem[]
  hasOlder: boolean
  loadOlder(): void
  /** True while the newest messages are not in `items`: far back, after a jump. */
  hasNewer: boolean
  loadNewer(): void
  /** Resolves when the newest page is in `items`. Counts as reading it. */
  jumpToLatest(): Promise<void>
  /** Key of the first message that was unread when the conversation was opened; the `new` divider is right above. */
  firstUnreadKey: string | null
}

/** The conversation's timeline, while the calling component is mounted: mounting opens the conversation. */
export function useTimeline(_conversationId: string): TimelineView {
  return {
    status: 'loading',
    items: [],
    hasOlder: false,
    loadOlder: () => {},
    hasNewer: false,
    loadNewer: () => {},
    jumpToLatest: async () => {},
    firstUnreadKey: null,
  }
}
