import { router, signedIn } from '../rpc'
import { notify } from './commands'
import { typingInput } from './schema'

export const typingRouter = router({
  notify: signedIn.input(typingInput).mutation(async ({ ctx, input }) => {
    await notify(ctx.deps, ctx.viewer, input.conversationId)
    return {}
  }),
})
