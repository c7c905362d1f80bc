import { type ReactNode, type Ref, useCallback, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList'
import { DayLine, NewLine } from './Dividers'
import type { ShownMessage } from './items'
import { LatestPill } from './LatestPill'
import { MessageRow } from './MessageRow'
import { NoteRow } from './NoteRow'
import { estimateRow, isRead, type Row, useRows } from './rows'
import { StickyDay } from './StickyDay'
import { useMessageMenu } from './useMessageMenu'
import { usePlace } from './usePlace'
import { useRoving } from './useRoving'
import type { TimelineView } from './useTimeline'

export interface MessageListHandle {
  /** From any depth; loads the newest messages first when they are not here. */
  jumpToLatest(): void
}

interface MessageListProps {
  ref: Ref<MessageListHandle>
  label: string
  direct: boolean
  /** An owner may delete what others wrote. */
  owner: boolean
  timeline: TimelineView
  editingId: string | null
  /** What stands above the first message of all. */
  start: ReactNode
  /** A message with this seq came on screen. */
  onShown: (seq: number) => void
  onEdit: (message: ShownMessage) => void
  onDelete: (message: ShownMessage) => void
  onMarkUnread: (number: number) => void
  /** Somebody wants to see the latest. */
  onLatest: () => void
  onReclaim: (message: ShownMessage) => void
  onLeave: () => void
}

export function MessageList(props: MessageListProps) {
  const { timeline, onShown, onLatest } = props
  const rows = useRows(timeline.items, timeline.hasOlder)
  const list = useRef<VirtualListHandle>(null)
  const place = usePlace({ rows, timeline, onShown })
  const menu = useMessageMenu(props)

  const jumpToLatest = useCallback(() => {
    onLatest()
    if (timeline.hasNewer) void timeline.jumpToLatest().then(() => list.current?.toEnd())
    else list.current?.toEnd()
  }, [timeline, onLatest])
  useImperativeHandle(props.ref, () => ({ jumpToLatest }), [jumpToLatest])
  useOwnSend(rows, jumpToLatest)

  const roving = useRoving(rows, { toEnd: jumpToLatest, toComposer: props.onLeave })
  const { activeKey, onReach } = roving

  function draw(row: Row) {
    switch (row.kind) {
      case 'start':
        return timeline.hasOlder ? <OlderHint /> : props.start
      case 'day':
        return <DayLine date={row.date} />
      case 'new':
        return <NewLine />
      case 'note':
        return <NoteRow event={row.event} direct={props.direct} />
      case 'message':
        return (
          <MessageRow
            message={row.message}
            first={row.first}
            active={row.key === activeKey}
            editing={row.key === props.editingId}
            entriesOf={menu.entriesOf}
            onReach={onReach}
            onHold={menu.onHold}
            onReclaim={props.onReclaim}
          />
        )
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the messages inside
    <div className="relative min-h-0 flex-1" onKeyDown={roving.onKeyDown}>
      <StickyDay date={place.day} tick={place.scrolls} />
      <VirtualList
        ref={list}
        label={props.label}
        items={rows}
        render={draw}
        estimate={estimateRow}
        isRead={isRead}
        startKey={timeline.firstUnreadKey === null ? null : 'new'}
        follow={!timeline.hasNewer}
        keep={activeKey === null ? -1 : rows.findLastIndex((row) => row.key === activeKey)}
        onView={place.onView}
      />
      {place.away && <LatestPill count={place.arrivals} onJump={jumpToLatest} />}
      {menu.popup}
    </div>
  )
}

/** Not a `status`: older messages that come while one scrolls are nothing to announce. */
function OlderHint() {
  return <p className="grid h-12 place-items-center text-note text-faint">Loading older messages…</p>
}

/** One's own new message is always seen: the list goes to the end with it, from wherever it was. */
function useOwnSend(rows: readonly Row[], jump: () => void) {
  const last = rows.at(-1)
  const known = useRef(last?.key)
  const sentKey = last?.kind === 'message' && last.message.mine && last.message.seq === null ? last.key : null
  useLayoutEffect(() => {
    if (sentKey !== null && sentKey !== known.current) jump()
    known.current = last?.key
  }, [sentKey, last?.key, jump])
}
