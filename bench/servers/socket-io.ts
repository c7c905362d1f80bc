import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { answer } from './answer'
import { openPlainMessages, type PlainSend } from './plain-messages'
import { storage } from './trpc-router'

/** What many would build a chat on: a room for each conversation, an event that is acknowledged, the Redis adapter. */
const [databaseUrl, redisUrl] = storage()
const messages = await openPlainMessages(databaseUrl)
const publisher = new Redis(redisUrl, { enableAutoPipelining: true })
const http = createServer()
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  adapter: createAdapter(publisher, new Redis(redisUrl)),
})
io.on('connection', (socket) => {
  // Who it is comes with the handshake and is believed: no session is looked up. We grant the peers that.
  const { user, conversation } = socket.handshake.query
  void socket.join(String(conversation))
  socket.on('send', (input: Omit<PlainSend, 'senderId'>, done: (sent: object) => void) => {
    save({ ...input, senderId: String(user) }).then(done, () => socket.disconnect())
  })
})

http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  if (typeof address === 'object' && address !== null) answer(`http://127.0.0.1:${address.port}`)
})

async function save(send: PlainSend): Promise<object> {
  const message = await messages.save(send)
  io.to(message.conversationId).emit('message', message)
  return { id: message.id, seq: message.seq, createdAt: message.createdAt }
}
