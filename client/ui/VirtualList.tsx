import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { keepUnheard } from './unheard'
import { anchorOnReadRows, type EndPin, pinEnd, sizeUpTo } from './virtual'

export interface VirtualListHandle {
  toEnd(): void
  /** Answers false when no item has this key. */
  toItem(key: string): boolean
}

/** What is in sight: indexes of the first and last item, and the distance to the end in pixels. */
export interface View {
  first: number
  last: number
  fromEnd: number
}

interface VirtualListProps<T extends { key: string }> {
  ref: Ref<VirtualListHandle>
  label: string
  /** Keys are for life: a key that changes when a message is acknowledged would lose the pin. */
  items: readonly T[]
  render: (item: T) => ReactNode
  /** A guess at a row's height in pixels, until it is measured. */
  estimate: (item: T) => number
  /** Rows that one reads. The others (day lines) may move past them when older rows come. */
  isRead: (item: T) => boolean
  /** Where it opens; null for the end. */
  startKey: string | null
  /** Whether rows that come at the end are the newest, to be followed by those who are there. */
  follow: boolean
  /** This row stays rendered wherever one scrolls: it has the focus. */
  keep: number
  onView: (view: View) => void
}

/**
 * A list that is read from its end: it opens there, follows what is appended for those who are there, and holds the
 * row being read in place whatever is put before it. Nothing about messages is known here.
 */
export function VirtualList<T extends { key: string }>(props: VirtualListProps<T>) {
  const { items, render, estimate, isRead, startKey, follow, keep, onView } = props
  const scroller = useRef<HTMLDivElement>(null)
  // As of the last commit: a page of newer rows may reach the end in the very render that appends it.
  const followed = useRef(follow)
  const [unheard] = useState(keepUnheard)

  const list = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    estimateSize: (index) => (items[index] === undefined ? 0 : estimate(items[index])),
    rangeExtractor: useCallback((range: Range) => withKept(range, keep), [keep]),
    initialRect: { width: 0, height: window.innerHeight },
    initialOffset: () => sizeUpTo(items, { key: startKey, estimate, viewport: window.innerHeight }),
    anchorTo: 'end',
    followOnAppend: followed.current,
    scrollEndThreshold: AT_END,
    scrollPaddingStart: 72,
    paddingStart: 8,
    paddingEnd: 6,
    overscan: 10,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
    ...unheard,
  })
  anchorOnReadRows(list, (index) => items[index] !== undefined && isRead(items[index]))

  const pin = useRef<EndPin>(null)
  const lastKey = items.at(-1)?.key
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about what came at the end
  useLayoutEffect(() => {
    if (followed.current) pin.current?.hold()
  }, [lastKey])
  useLayoutEffect(() => {
    followed.current = follow
  }, [follow])

  const toItem = (key: string) => {
    const index = items.findIndex((item) => item.key === key)
    if (index >= 0) list.scrollToIndex(index, { align: 'start' })
    return index >= 0
  }
  useImperativeHandle(props.ref, () => ({ toEnd: () => list.scrollToEnd(), toItem }))

  // biome-ignore lint/correctness/useExhaustiveDependencies: where it opens is decided once
  useLayoutEffect(() => {
    if (startKey === null || !toItem(startKey)) list.scrollToEnd()
  }, [])

  useEffect(() => {
    if (scroller.current === null) return
    pin.current = pinEnd(scroller.current, list)
    return () => pin.current?.release()
  }, [list])

  const report = () => {
    const element = scroller.current
    if (element === null) return
    const { scrollTop, clientHeight, scrollHeight } = element
    const shown = list
      .getVirtualItems()
      .filter((row) => row.end > scrollTop && row.start < scrollTop + clientHeight)
    const fromEnd = scrollHeight - clientHeight - scrollTop
    onView({
      first: shown[0]?.index ?? 0,
      last: shown.at(-1)?.index ?? -1,
      fromEnd: fromEnd <= AT_END ? 0 : fromEnd,
    })
  }
  useEffect(report)

  return (
    <div
      ref={scroller}
      role="log"
      aria-label={props.label}
      aria-live="off"
      onScroll={report}
      className="scrolls flex h-full flex-col overscroll-none [overflow-anchor:none]"
    >
      <div ref={list.containerRef} className="relative mt-auto w-full shrink-0">
        {list.getVirtualItems().map((row) => {
          const item = items[row.index]
          return item === undefined ? null : (
            <div
              key={row.key}
              ref={list.measureElement}
              data-index={row.index}
              className="absolute left-0 w-full"
            >
              {render(item)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** So near to the end, in pixels, counts as being there. */
const AT_END = 24

function withKept(range: Range, keep: number): number[] {
  const indexes = defaultRangeExtractor(range)
  if (keep < 0 || keep >= range.count || indexes.includes(keep)) return indexes
  return [...indexes, keep].sort((a, b) => a - b)
}
