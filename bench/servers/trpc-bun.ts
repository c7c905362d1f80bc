// By its file: the CommonJS build, which the package names first, has a `tracked` of its own and sends no ids.
import { createBunServeHandler } from 'trpc-bun-adapter/dist/index.mjs'
import { answer } from './answer'
import { createPeerRouter, storage, userOf } from './trpc-router'

/** Everything over one socket, by trpc-bun-adapter. */
const router = await createPeerRouter(...storage())
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  ...createBunServeHandler({ router, createContext: ({ req }: { req: Request }) => userOf(req.url) }),
})
answer(server.url.origin)
