import { expect } from 'bun:test'
import { asc, eq } from 'drizzle-orm'
import { conversations, events, members } from '../../src/conversations/tables'
import type { Deps } from '../../src/deps'

export type MemberRow = typeof members.$inferSelect

/** The log of a conversation as the database has it, by kind and in order. Fails unless its seqs are 1 to the head. */
export async function readLog({ db }: Pick<Deps, 'db'>, conversationId: string) {
  const log = await db
    .select()
    .from(events)
    .where(eq(events.conversationId, conversationId))
    .orderBy(asc(events.seq))
  const [conversation] = await db.select().from(conversations).where(eq(conversations.id, conversationId))
  const head = conversation?.lastSeq ?? 0
  expect(log.map((event) => event.seq)).toEqual(Array.from({ length: head }, (_, index) => index + 1))
  return log
}

/** Everybody who is or was in a conversation. Fails unless 0 ≤ read ≤ delivered ≤ head holds for each. */
export async function readMembers(
  { db }: Pick<Deps, 'db'>,
  conversationId: string,
): Promise<Map<string, MemberRow>> {
  const rows = await db.select().from(members).where(eq(members.conversationId, conversationId))
  const [conversation] = await db.select().from(conversations).where(eq(conversations.id, conversationId))
  for (const { readSeq, deliveredSeq } of rows) {
    expect(readSeq).toBeGreaterThanOrEqual(0)
    expect(deliveredSeq).toBeGreaterThanOrEqual(readSeq)
    expect(conversation?.lastSeq).toBeGreaterThanOrEqual(deliveredSeq)
  }
  return new Map(rows.map((row) => [row.userId, row]))
}
