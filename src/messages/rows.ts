import { orNull, toTime } from '../db/columns'
import type { Message } from './schema'
import type { messages } from './tables'

export type MessageRow = typeof messages.$inferSelect

/** What is asked of the driver itself, as it gives it: int8 and times as text. */
export interface MessageColumns {
  id: string
  seq: string
  number: string
  sender_id: string
  body: string
  created_at: string
  edited_at: string | null
  deleted_at: string | null
  changed_seq: string
}

export function readMessage(conversationId: string, row: MessageColumns): Message {
  return {
    id: row.id,
    conversationId,
    seq: Number(row.seq),
    number: Number(row.number),
    senderId: row.sender_id,
    body: row.body,
    createdAt: toTime(row.created_at),
    editedAt: orNull(row.edited_at, toTime),
    deletedAt: orNull(row.deleted_at, toTime),
    changedSeq: Number(row.changed_seq),
  }
}

/** The row as members get it, spelled out: a new column stays inside until somebody decides otherwise. */
export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversationId: row.conversationId,
    seq: row.seq,
    number: row.number,
    senderId: row.senderId,
    body: row.body,
    createdAt: row.createdAt,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
    changedSeq: row.changedSeq,
  }
}
