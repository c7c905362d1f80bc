import type postgres from 'postgres'
import type { History } from '../../verify/history'

const EVERY_MS = 500

interface Ground {
  sql: postgres.Sql
  conversationIds: readonly string[]
  history: History
}

/** Looks at everybody's cursors in the database, twice a second, and writes down those that moved. */
export class CursorWatch implements Disposable {
  readonly #ground: Ground
  readonly #known = new Map<string, string>()
  readonly #timer: Timer
  #looking: Promise<void> | null = null

  constructor(ground: Ground) {
    this.#ground = ground
    this.#timer = setInterval(() => {
      // One look at a time: of two at once, the older one may be answered last, and cursors seem to go back.
      this.#looking ??= this.#look()
        .catch(() => {})
        .finally(() => {
          this.#looking = null
        })
    }, EVERY_MS)
  }

  /** The last look. */
  async finish(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
    await this.#look()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const { sql, conversationIds, history } = this.#ground
    const rows = await sql<CursorRow[]>`
      SELECT m.conversation_id, m.user_id, m.joined_seq, m.delivered_seq, m.read_seq, c.last_seq
      FROM members m JOIN conversations c ON c.id = m.conversation_id
      WHERE c.id = ANY (${[...conversationIds]}::uuid[])`
    for (const row of rows) {
      const key = `${row.conversation_id}/${row.user_id}`
      const value = `${row.delivered_seq}/${row.read_seq}/${row.joined_seq}`
      if (this.#known.get(key) === value) continue
      this.#known.set(key, value)
      history.add({
        kind: 'cursor',
        at: history.now(),
        conversationId: row.conversation_id,
        userId: row.user_id,
        joinedSeq: Number(row.joined_seq),
        delivered: Number(row.delivered_seq),
        read: Number(row.read_seq),
        head: Number(row.last_seq),
      })
    }
  }
}

/** As the driver gives it: int8 as text. */
interface CursorRow {
  conversation_id: string
  user_id: string
  joined_seq: string
  delivered_seq: string
  read_seq: string
  last_seq: string
}
