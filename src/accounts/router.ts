import { anyone, router, signedIn } from '../rpc'
import { AdminAccess } from './access'
import { logIn, logOut, signUp } from './commands'
import { createInvite } from './invites'
import { findPeople, readPeople, readSignUpMode } from './queries'
import { emptyInput, logInInput, peopleByIdsInput, peopleInput, signUpInput } from './schema'

export const accountsRouter = router({
  signUp: anyone.input(signUpInput).mutation(async ({ ctx, input }) => {
    const { user, session } = await signUp(ctx.deps, ctx.viewer, input)
    ctx.cookie.set(session.token, session.expiresAt)
    return { user }
  }),

  logIn: anyone.input(logInInput).mutation(async ({ ctx, input }) => {
    const { user, session } = await logIn(ctx.deps, ctx.viewer, input)
    ctx.cookie.set(session.token, session.expiresAt)
    return { user }
  }),

  logOut: anyone.input(emptyInput).mutation(async ({ ctx }) => {
    await logOut(ctx.deps, ctx.viewer)
    ctx.cookie.clear()
    return {}
  }),

  me: anyone.input(emptyInput).query(({ ctx }) => ({ user: ctx.viewer?.user ?? null })),

  signUpMode: anyone.input(emptyInput).query(({ ctx }) => readSignUpMode(ctx.deps)),

  people: signedIn
    .input(peopleInput)
    .query(async ({ ctx, input }) => ({ people: await findPeople(ctx.deps, input) })),

  peopleByIds: signedIn
    .input(peopleByIdsInput)
    .query(async ({ ctx, input }) => ({ people: await readPeople(ctx.deps, input.ids) })),

  createInvite: signedIn
    .input(emptyInput)
    .mutation(({ ctx }) => createInvite(ctx.deps, AdminAccess.of(ctx.viewer))),
})
