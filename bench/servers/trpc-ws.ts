import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'
import { answer } from './answer'
import { createPeerRouter, storage, userOf } from './trpc-router'

/** Everything over one socket, by tRPC's own adapter. Under Bun, `ws` is Bun's. */
const router = await createPeerRouter(...storage())
const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
applyWSSHandler({ wss, router, createContext: ({ req }) => userOf(req.url) })
wss.on('listening', () => {
  const address = wss.address()
  if (typeof address === 'object' && address !== null) answer(`http://127.0.0.1:${address.port}`)
})
