import type { Message } from './schema'
import type { messages } from './tables'

export type MessageRow = typeof messages.$inferSelect

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
