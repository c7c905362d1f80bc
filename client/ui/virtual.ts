import type { Virtualizer } from '@tanstack/react-virtual'

type List = Virtualizer<HTMLDivElement, HTMLDivElement>

/**
 * The list holds the row at the top of the view in place when rows are put before it. When that row is a day line, it
 * goes to the head of its day instead, and would take the view with it; so the first row that is read is held.
 *
 * A row above the view that changes its height is made up for in whichever direction one scrolls. So is one within the
 * view, at its first measuring, when it came in above rows that were there already.
 */
export function anchorOnReadRows(list: List, isRead: (index: number) => boolean): void {
  list.getVirtualItemForOffset = (offset) => {
    const rows = list.measurementsCache
    let index = firstEndingAfter(list, offset)
    while (index < rows.length - 1 && !isRead(index)) index++
    return rows[index]
  }
  list.shouldAdjustScrollPositionOnItemSizeChange = (row, _delta, { itemSizeCache, scrollOffset }) => {
    const top = scrollOffset ?? 0
    return itemSizeCache.has(row.key) ? row.end <= top : row.start < top || hasKnownBelow(list, row.index)
  }
}

function hasKnownBelow(list: List, index: number): boolean {
  const bottom = (list.scrollOffset ?? 0) + (list.scrollElement?.clientHeight ?? 0)
  const rows = list.measurementsCache
  for (let at = index + 1; at < rows.length; at++) {
    const row = rows[at]
    if (row === undefined || row.start >= bottom) return false
    if (list.itemSizeCache.has(row.key)) return true
  }
  return false
}

/** Who is at the end, and stays there. */
export interface EndPin {
  /** To be called when rows were put at the end. */
  hold(): void
  release(): void
}

/**
 * Keeps those who are at the end there when the room for the list changes (the composer grows, a window is resized) and
 * when rows come faster than the list hears of its own scrolling, or for longer than the five seconds after which it
 * gives up a scroll.
 *
 * Only who goes up leaves the end. Rows that came below since the list last scrolled are no leaving, and neither is a
 * scroll event that comes with another height: that is the browser's own clamping.
 */
export function pinEnd(scroller: HTMLElement, list: List): EndPin {
  const isAtEnd = () =>
    scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= list.options.scrollEndThreshold
  let { clientHeight: height, scrollTop: top } = scroller
  let pinned = isAtEnd()
  const hold = () => {
    if (pinned) list.scrollToEnd()
  }
  const onScroll = () => {
    if (scroller.clientHeight === height) pinned = isAtEnd() || (pinned && scroller.scrollTop >= top)
    top = scroller.scrollTop
  }
  const observer = new ResizeObserver(() => {
    if (scroller.clientHeight === height) return
    height = scroller.clientHeight
    hold()
  })
  scroller.addEventListener('scroll', onScroll, { passive: true })
  observer.observe(scroller)
  return {
    hold,
    release() {
      scroller.removeEventListener('scroll', onScroll)
      observer.disconnect()
    },
  }
}

interface Opening<T> {
  key: string | null
  estimate: (item: T) => number
  viewport: number
}

/** Where to begin so that the first paint has the right rows: guessed, and corrected once they are measured. */
export function sizeUpTo<T extends { key: string }>(
  items: readonly T[],
  { key, estimate, viewport }: Opening<T>,
): number {
  let offset = 0
  for (const item of items) {
    if (item.key === key) return offset
    offset += estimate(item)
  }
  return Math.max(0, offset - viewport)
}

function firstEndingAfter(list: List, offset: number): number {
  const rows = list.measurementsCache
  let low = 0
  let high = Math.max(0, rows.length - 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.end ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}
