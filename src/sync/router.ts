import { router, signedIn } from '../rpc'
import { readRange } from './queries'
import { eventsInput, rangeInput } from './schema'

export const syncRouter = router({
  events: signedIn
    .input(eventsInput)
    .subscription(({ ctx }) =>
      ctx.deps.hub.open({ userId: ctx.viewer.user.id, sessionId: ctx.viewer.sessionId }),
    ),

  range: signedIn.input(rangeInput).query(({ ctx, input }) => readRange(ctx.deps, ctx.viewer, input)),
})
