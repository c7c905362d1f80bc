/** One way of building the product wrong: what the suite must turn red on, or it would not see the real thing either. */
export interface Sabotage {
  name: string
  /** Each text is replaced by another, and must be in its file exactly once. */
  patches: readonly Patch[]
  /** The faults that are run against it, in their fast form if they have one. */
  faults: readonly string[]
}

interface Patch {
  file: string
  from: string
  to: string
}

const SEND_FUNCTION = 'drizzle/0003_lean_sends.sql'
/** Where large batches go another way. */
const LARGE = '  IF cardinality(message_ids) >= 8 THEN'

export const sabotages: readonly Sabotage[] = [
  {
    name: 'publish before commit',
    faults: ['F2'],
    patches: [
      {
        file: 'src/live/send-queue.ts',
        from: `      outcomes = await writeSends(
        this.#deps.sql,
        batch.map(({ send }) => send),
        mayWait,
      )`,
        to: `      outcomes = await this.#deps.sql.begin(async (tx) => {
        const early = await writeSends(tx as never, batch.map(({ send }) => send), mayWait)
        for (const [index, { send }] of batch.entries()) {
          const outcome = early[index]
          if (outcome?.kind === 'sent') this.#tell(send, outcome)
        }
        await Bun.sleep(40)
        return early
      })`,
      },
      {
        file: 'src/live/send-queue.ts',
        from: `      if (outcome?.kind === 'sent') this.#tell(send, outcome)
    }
    if (anySent)`,
        to: `    }
    if (anySent)`,
      },
    ],
  },
  {
    name: 'nextval in place of the counter',
    faults: ['F1'],
    patches: [
      {
        file: 'drizzle/0000_init.sql',
        from: 'INSERT INTO "history" DEFAULT VALUES;',
        to: 'INSERT INTO "history" DEFAULT VALUES;--> statement-breakpoint\nCREATE SEQUENCE places START 2;',
      },
      {
        file: SEND_FUNCTION,
        from: 'head_seq + 1, head_number + 1, user_id, send.body, head_seq + 1',
        to: "nextval('places'), head_number + 1, user_id, send.body, currval('places')",
      },
      { file: SEND_FUNCTION, from: LARGE, to: '  IF false THEN' },
    ],
  },
  {
    name: 'no hole filling on the server',
    faults: ['F9'],
    patches: [
      {
        file: 'src/live/sequencer.ts',
        from: 'if (this.#filling || this.#closed || this.#next === null) return',
        to: 'if (this.#next !== -1) return',
      },
    ],
  },
  {
    name: 'no hole filling in the client',
    faults: ['F5'],
    patches: [
      {
        file: 'client/sync/filler.ts',
        from: 'return timeline !== undefined && timeline.head > timeline.held',
        to: 'return timeline === null',
      },
    ],
  },
  {
    name: 'no reconciler',
    faults: ['F5'],
    patches: [
      { file: 'src/live/reconciler.ts', from: 'await this.#compareHeads()\n', to: '\n' },
      { file: 'src/live/reconciler.ts', from: 'await this.#compareMemberships()\n', to: '\n' },
    ],
  },
  {
    name: 'unique index dropped',
    faults: ['F15'],
    patches: [
      {
        file: 'drizzle/0000_init.sql',
        from: `CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY NOT NULL,`,
        to: `CREATE TABLE "messages" (
	"id" uuid NOT NULL,`,
      },
      {
        file: 'drizzle/0000_init.sql',
        from: 'INSERT INTO "history" DEFAULT VALUES;',
        to: 'INSERT INTO "history" DEFAULT VALUES;--> statement-breakpoint\nCREATE INDEX ON messages (id);',
      },
      { file: SEND_FUNCTION, from: '        ON CONFLICT (id) DO NOTHING\n', to: '' },
    ],
  },
  {
    name: 'membership checked before the lock',
    faults: ['F17'],
    patches: [
      { file: SEND_FUNCTION, from: '  writers uuid[];', to: '  writers uuid[];\n  allowed text[];' },
      {
        file: SEND_FUNCTION,
        from: LARGE,
        to: `  SELECT array_agg(conversation_id || '/' || user_id) INTO allowed FROM members
  WHERE conversation_id = ANY (conversation_ids) AND left_seq IS NULL;
  PERFORM pg_sleep(0.05);
  IF false THEN`,
      },
      {
        file: SEND_FUNCTION,
        from: 'WHERE conversation_id = current_id AND user_id = send.sender_id AND left_seq IS NULL',
        to: "WHERE conversation_id = current_id AND user_id = send.sender_id AND conversation_id || '/' || user_id = ANY (allowed)",
      },
    ],
  },
  {
    name: 'removal applied on arrival',
    faults: ['F17'],
    patches: [
      {
        file: 'src/live/hub.ts',
        from: "if (typeof event.seq === 'number') room.sequencer.offer(event, payload)",
        to: `if (typeof event.seq === 'number') {
      room.sequencer.offer(event, payload)
      if (event.type === 'left')
        for (const follower of this.#parts.people.of(event.userId)) {
          follower.unfollow(room)
          this.#parts.rooms.release(follower, room.conversationId)
        }
    }`,
      },
      {
        file: 'src/live/hub.ts',
        from: `    if (event.type === 'left')
      for (const follower of this.#parts.people.of(event.userId)) {
        follower.unfollow(room)
        this.#parts.rooms.release(follower, room.conversationId)
      }
  }

  #tell`,
        to: `  }

  #tell`,
      },
    ],
  },
  {
    name: 'the result of a full socket ignored',
    faults: ['F14'],
    patches: [
      {
        file: 'src/http/subscription.ts',
        from: ' === 0) this.ws.close(1013',
        to: ' === -7) this.ws.close(1013',
      },
      {
        file: 'src/http/socket.ts',
        from: 'closeOnBackpressureLimit: true',
        to: 'closeOnBackpressureLimit: false',
      },
    ],
  },
  {
    name: 'retries without the same id',
    faults: ['F6'],
    patches: [
      {
        file: 'client/messages/outbox.ts',
        from: 'const answer = await this.deps.send({ id, conversationId, body }).catch(toProblem)',
        to: `const again = (this.find(id)?.tries ?? 0) > 0
    const answer = await this.deps
      .send({ id: again ? this.deps.newId() : id, conversationId, body })
      .catch(toProblem)`,
      },
    ],
  },
]
