import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { newId } from '../../src/lib/ids'
import { type Outcome, type Send, writeSends } from '../../src/live/write-sends'
import { createConversation, createPeople } from '../support/people'
import { report } from '../support/report'
import { startTestServer, type TestServer } from '../support/server'

const RUNS = 80
const PLACES = 4
const WRITERS = 3
/** On both sides of the size from which on a batch is written by another statement. */
const SIZE_MAX = 24

let server: TestServer
let runs = 0

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

interface Draft {
  /** Of the world's conversations; one more is none. */
  place: number
  /** Of its people; the last one is a member of nothing. */
  writer: number
  /** Which earlier message is sent again: as it was, or by this writer, or in this place. Null: a new one. */
  again: { which: number; as: 'it was' | 'by another' | 'elsewhere' } | null
}

const draft: fc.Arbitrary<Draft> = fc.record({
  place: fc.nat(PLACES),
  writer: fc.nat(WRITERS),
  again: fc.option(
    fc.record({ which: fc.nat(50), as: fc.constantFrom('it was', 'by another', 'elsewhere') }),
    { freq: 2 },
  ),
})
const batches = fc.array(fc.array(draft, { minLength: 1, maxLength: SIZE_MAX }), {
  minLength: 1,
  maxLength: 4,
})

test('a batch, small or large, is answered and written as its sends would be one after the other', async () => {
  const sizes: number[] = []
  await fc.assert(
    fc.asyncProperty(batches, async (story) => {
      const [together, alone] = [await World.create(), await World.create()]
      for (const some of story) {
        sizes.push(some.length)
        const answers = await together.write(together.put(some))
        const wanted: Outcome[] = []
        for (const send of alone.put(some)) wanted.push(...(await alone.write([send])))
        expect(answers.map(withoutTime)).toEqual(wanted.map(withoutTime))
      }
      expect(await together.written()).toEqual(await alone.written())
    }),
    { numRuns: RUNS },
  )
  report(
    `batches beside lone sends: ${sizes.length}, ${sizes.filter((size) => size >= 8).length} of them large`,
  )
}, 60_000)

/** The same people and places as in every other world. */
class World {
  readonly #sent: Send[] = []

  constructor(
    readonly places: string[],
    readonly writers: string[],
  ) {}

  static async create(): Promise<World> {
    const { sql } = server.deps
    const people = await createPeople(sql, WRITERS + 1, `writer${runs++}x`)
    const members = people.slice(0, WRITERS)
    const places: string[] = []
    for (let n = 0; n < PLACES; n++) places.push(await createConversation(sql, members))
    return new World(
      // A batch is written conversation by conversation.
      [...places.sort(), newId()],
      people.map(({ user }) => user.id),
    )
  }

  /** The sends that are meant, with the ids of this world. */
  put(drafts: readonly Draft[]): Send[] {
    const places = new Map<string, string>()
    return drafts.map((one) => {
      const repeated = this.#repeated(one)
      // One id in two places at once is one message and one conflict, whichever is written first: not told here.
      const isTwice =
        repeated !== null && (places.get(repeated.id) ?? repeated.conversationId) !== repeated.conversationId
      const send = repeated === null || isTwice ? this.#fresh(one) : repeated
      places.set(send.id, send.conversationId)
      return send
    })
  }

  #fresh({ place, writer }: Draft): Send {
    const [conversationId = '', senderId = ''] = [this.places[place], this.writers[writer]]
    const send = { id: newId(), conversationId, senderId, body: `${this.#sent.length}` }
    this.#sent.push(send)
    return send
  }

  #repeated({ place, writer, again }: Draft): Send | null {
    const old = again === null ? undefined : this.#sent[again.which % Math.max(1, this.#sent.length)]
    if (again === null || old === undefined) return null
    if (again.as === 'it was') return { ...old, body: 'said again' }
    if (again.as === 'by another') return { ...old, senderId: this.writers[writer] ?? '' }
    return { ...old, conversationId: this.places[place] ?? '' }
  }

  write(sends: Send[]): Promise<Outcome[]> {
    return writeSends(server.deps.sql, sends, true)
  }

  /** All that is stored, in names that both worlds share. */
  async written() {
    const { sql } = server.deps
    const number = (id: string) => this.places.indexOf(id)
    const who = (id: string) => this.writers.indexOf(id)
    const messages = await sql`
      SELECT conversation_id, seq, number, sender_id, body, changed_seq FROM messages
      WHERE conversation_id = ANY (${this.places}::uuid[]) ORDER BY conversation_id, seq`
    const events = await sql`
      SELECT conversation_id, seq, number, kind, actor_id FROM events
      WHERE conversation_id = ANY (${this.places}::uuid[]) ORDER BY conversation_id, seq`
    const heads = await sql`
      SELECT id, last_seq, last_number FROM conversations WHERE id = ANY (${this.places}::uuid[]) ORDER BY id`
    const cursors = await sql`
      SELECT conversation_id, user_id, delivered_seq, read_seq, read_number, unread_version FROM members
      WHERE conversation_id = ANY (${this.places}::uuid[]) ORDER BY conversation_id, user_id`
    return {
      messages: messages.map((row) => ({
        ...row,
        conversation_id: number(row.conversation_id),
        sender_id: who(row.sender_id),
      })),
      events: events.map((row) => ({
        ...row,
        conversation_id: number(row.conversation_id),
        actor_id: who(row.actor_id),
      })),
      heads: heads.map((row) => ({ ...row, id: number(row.id) })),
      cursors: cursors.map((row) => ({
        ...row,
        conversation_id: number(row.conversation_id),
        user_id: who(row.user_id),
      })),
    }
  }
}

function withoutTime(outcome: Outcome) {
  return 'createdAt' in outcome ? { ...outcome, createdAt: null } : outcome
}
