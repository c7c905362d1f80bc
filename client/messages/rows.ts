import { useMemo, useRef } from 'react'
import type { TimelineItem } from './items'

/** A row of the list: the timeline, and above its oldest item either the conversation's beginning or the way back. */
export type Row = TimelineItem | { key: 'start'; kind: 'start' }

const START: Row = { key: 'start', kind: 'start' }

/**
 * The rows of a timeline. The oldest message loaded draws its author, and goes on doing so when older ones come above
 * it: were it grouped then, it would lose a line of its height and move everything that is being read.
 */
export function useRows(items: TimelineItem[], hasOlder: boolean): Row[] {
  const heads = useRef(new Map<string, TimelineItem>())
  return useMemo(() => {
    const head = items.find((item) => item.kind === 'message')
    if (hasOlder && head?.first === true) heads.current.set(head.key, head)
    return [START, ...items.map((item) => steady(item, heads.current))]
  }, [items, hasOlder])
}

/** The same object as long as the message is the same, so that its row is not drawn again. */
function steady(item: TimelineItem, heads: Map<string, TimelineItem>): TimelineItem {
  const head = heads.get(item.key)
  if (item.kind !== 'message' || item.first || head?.kind !== 'message') return item
  if (head.message !== item.message) heads.set(item.key, { ...item, first: true })
  return heads.get(item.key) ?? item
}

/** A guess at a row's height in pixels. The nearer it is, the less has to be put right once the row is measured. */
export function estimateRow(row: Row): number {
  switch (row.kind) {
    case 'start':
      return 180
    case 'day':
      return 38
    case 'new':
      return 32
    case 'note':
      return 25
    case 'message':
      return linesOf(row.message.body) * 22 + (row.first ? 31 : 4)
  }
}

/** Rows that one reads hold their place when older ones come; day lines go to the head of their day. */
export function isRead(row: Row): boolean {
  return row.kind === 'message' || row.kind === 'note'
}

/** The place in the log that a row shows, null when it shows none. */
export function seqOf(row: Row | undefined): number | null {
  if (row?.kind === 'message') return row.message.seq
  return row?.kind === 'note' ? row.event.seq : null
}

/** The local day (yyyy-mm-dd) that the row at an index belongs to. */
export function dayOf(rows: readonly Row[], index: number): string | null {
  for (let at = Math.min(index, rows.length - 1); at >= 0; at--) {
    const row = rows[at]
    if (row?.kind === 'day') return row.date
  }
  return null
}

/** Messages of others below the row that was the last when the reader left the end. */
export function countArrivals(rows: readonly Row[], lastSeen: string | null): number {
  const from = rows.findLastIndex((row) => row.key === lastSeen)
  if (from < 0) return 0
  return rows.slice(from + 1).filter((row) => row.kind === 'message' && !row.message.mine).length
}

function linesOf(body: string): number {
  const perLine = Math.min(92, Math.max(34, (window.innerWidth - (window.innerWidth < 768 ? 80 : 360)) / 7.4))
  let lines = 0
  for (const line of body.split('\n', 400)) lines += Math.max(1, Math.ceil(line.length / perLine))
  return lines
}
