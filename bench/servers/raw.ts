import type { Server } from 'bun'
import { answer } from './answer'
import { openPlainMessages, type PlainMessage, type PlainSend } from './plain-messages'

/**
 * The least that Bun can do: every socket follows one topic, and what is sent over one is published there, in a frame
 * like Confab's. Without an argument nothing is saved before; with `each`, every message is, by a prepared INSERT; with
 * `together`, all that arrive while one INSERT is in flight share the next.
 */
interface Member {
  userId: string
  topic: string
}

type Save = (send: PlainSend) => Promise<PlainMessage>

const save = await saveBy(process.argv[2])
const server: Server<Member> = Bun.serve<Member>({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request, self) {
    const { searchParams } = new URL(request.url)
    const data = { userId: searchParams.get('user') ?? '', topic: searchParams.get('conversation') ?? 'all' }
    if (!self.upgrade(request, { data })) return new Response()
  },
  websocket: {
    perMessageDeflate: false,
    open: (ws) => void ws.subscribe(ws.data.topic),
    async message(ws, text) {
      const { n, ...input } = JSON.parse(String(text))
      const message = await save({ ...input, senderId: ws.data.userId })
      server.publish(message.conversationId, frameOf(message))
      ws.send(`{"sent":${n},"seq":${message.seq}}`)
    },
  },
})
answer(server.url.origin)

function frameOf({ conversationId, seq, senderId, createdAt, id, body }: PlainMessage): string {
  const message = {
    ...{ id, conversationId, seq, number: seq, senderId, body, createdAt },
    ...{ editedAt: null, deletedAt: null, changedSeq: seq },
  }
  const event = { type: 'message', conversationId, seq, actorId: senderId, at: createdAt, message }
  return `{"id":1,"result":{"type":"data","data":${JSON.stringify(event)}}}`
}

async function saveBy(how: string | undefined): Promise<Save> {
  let seq = 0
  if (how === undefined) return async (send) => ({ ...send, seq: ++seq, createdAt: new Date().toISOString() })
  const messages = await openPlainMessages(process.env.DATABASE_URL ?? '')
  return how === 'each' ? messages.save : sharing(messages.saveAll)
}

function sharing(saveAll: (sends: PlainSend[]) => Promise<PlainMessage[]>): Save {
  let waiting: { send: PlainSend; done: (message: PlainMessage) => void }[] = []
  let busy = false
  async function run(): Promise<void> {
    busy = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const saved = await saveAll(batch.map(({ send }) => send))
      for (const [index, message] of saved.entries()) batch[index]?.done(message)
    }
    busy = false
  }
  return (send) =>
    new Promise((done) => {
      waiting.push({ send, done })
      if (!busy) void run()
    })
}
