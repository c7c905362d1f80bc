import { router, signedIn } from '../rpc'
import { update } from './commands'
import { updateInput } from './schema'

export const receiptsRouter = router({
  update: signedIn.input(updateInput).mutation(async ({ ctx, input }) => {
    await update(ctx.deps, ctx.viewer, input.cursors)
    return {}
  }),
})
