import type postgres from 'postgres'
import { createConversation } from '../tests/support/people'
import type { SignedIn } from '../verify/front-door'

export const CONVERSATIONS_EACH = 10
const CONVERSATION_SIZE = 100

/** Conversations of a hundred neighbours: each person is in ten of them. */
export async function createNeighbours(sql: postgres.Sql, people: SignedIn[]): Promise<string[]> {
  const ids: string[] = []
  const distance = CONVERSATION_SIZE / CONVERSATIONS_EACH
  for (let start = 0; start < people.length; start += distance) {
    const members = Array.from({ length: CONVERSATION_SIZE }, (_, n) => people[(start + n) % people.length])
    ids.push(
      await createConversation(
        sql,
        members.filter((member) => member !== undefined),
      ),
    )
  }
  return ids
}
