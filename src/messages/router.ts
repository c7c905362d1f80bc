import { router, signedIn } from '../rpc'
import { messageOf } from './access'
import { edit, remove, send } from './commands'
import { readHistory } from './queries'
import { deleteInput, editInput, historyInput, sendInput } from './schema'

export const messagesRouter = router({
  send: signedIn.input(sendInput).mutation(({ ctx, input }) => send(ctx.deps, ctx.viewer, input)),

  edit: signedIn
    .input(editInput)
    .mutation(async ({ ctx, input }) =>
      edit(ctx.deps, await messageOf(ctx.deps, ctx.viewer, input.id), input.body),
    ),

  delete: signedIn
    .input(deleteInput)
    .mutation(async ({ ctx, input }) => remove(ctx.deps, await messageOf(ctx.deps, ctx.viewer, input.id))),

  history: signedIn.input(historyInput).query(({ ctx, input }) => readHistory(ctx.deps, ctx.viewer, input)),
})
