import { accountsRouter } from './accounts/router'
import { conversationsRouter } from './conversations/router'
import { messagesRouter } from './messages/router'
import { receiptsRouter } from './receipts/router'
import { router } from './rpc'
import { syncRouter } from './sync/router'
import { typingRouter } from './typing/router'

export const appRouter = router({
  accounts: accountsRouter,
  conversations: conversationsRouter,
  messages: messagesRouter,
  receipts: receiptsRouter,
  sync: syncRouter,
  typing: typingRouter,
})

export type AppRouter = typeof appRouter
