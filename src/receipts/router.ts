import { memberOf } from '../conversations/access'
import { router, signedIn } from '../rpc'
import { markUnread, update } from './commands'
import { markUnreadInput, updateInput } from './schema'

export const receiptsRouter = router({
  update: signedIn.input(updateInput).mutation(async ({ ctx, input }) => {
    await update(ctx.deps, ctx.viewer, input.cursors)
    return {}
  }),

  markUnread: signedIn.input(markUnreadInput).mutation(async ({ ctx, input }) => {
    await markUnread(ctx.deps, await memberOf(ctx.deps, ctx.viewer, input.conversationId), input.number)
    return {}
  }),
})
