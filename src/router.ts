import { accountsRouter } from './accounts/router'
import { router } from './rpc'

export const appRouter = router({
  accounts: accountsRouter,
})

export type AppRouter = typeof appRouter
