import { answer } from './answer'

/** The least that Bun can do: every socket follows one topic, and a request publishes its body there as it is. */
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request, self) {
    if (self.upgrade(request)) return
    self.publish('all', await request.text())
    return new Response()
  },
  websocket: {
    perMessageDeflate: false,
    open: (ws) => void ws.subscribe('all'),
    message: (ws, text) => void ws.send(text),
  },
})
answer(server.url.origin)
