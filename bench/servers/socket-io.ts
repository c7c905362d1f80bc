import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { answer } from './answer'

/** What many would build a chat on: a room, and a request that emits the event in its body to it. */
const http = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    io.to('all').emit('event', JSON.parse(Buffer.concat(chunks).toString()))
    response.end()
  })
})
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
io.on('connection', (socket) => socket.join('all'))
http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  if (typeof address === 'object' && address !== null) answer(`http://127.0.0.1:${address.port}`)
})
