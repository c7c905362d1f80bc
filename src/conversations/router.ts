import { emptyInput } from '../accounts/schema'
import { router, signedIn } from '../rpc'
import { memberOf, outsiderOf, ownerOf } from './access'
import { create, openDirect, rename } from './commands'
import { addMembers, join, leave, removeMember } from './membership'
import { browsePublic, listConversations, listMembers } from './queries'
import {
  addMembersInput,
  browseInput,
  conversationInput,
  createInput,
  openDirectInput,
  removeMemberInput,
  renameInput,
} from './schema'

export const conversationsRouter = router({
  list: signedIn.input(emptyInput).query(async ({ ctx }) => ({
    conversations: await listConversations(ctx.deps, ctx.viewer.user.id),
  })),

  members: signedIn.input(conversationInput).query(async ({ ctx, input }) => ({
    members: await listMembers(ctx.deps, await memberOf(ctx.deps, ctx.viewer, input.conversationId)),
  })),

  browse: signedIn.input(browseInput).query(async ({ ctx, input }) => ({
    conversations: await browsePublic(ctx.deps, ctx.viewer.user.id, input.query),
  })),

  create: signedIn.input(createInput).mutation(async ({ ctx, input }) => ({
    conversation: await create(ctx.deps, ctx.viewer, input),
  })),

  openDirect: signedIn.input(openDirectInput).mutation(async ({ ctx, input }) => ({
    conversation: await openDirect(ctx.deps, ctx.viewer, input),
  })),

  join: signedIn.input(conversationInput).mutation(async ({ ctx, input }) => ({
    conversation: await join(ctx.deps, await outsiderOf(ctx.deps, ctx.viewer, input.conversationId)),
  })),

  leave: signedIn.input(conversationInput).mutation(async ({ ctx, input }) => {
    await leave(ctx.deps, await memberOf(ctx.deps, ctx.viewer, input.conversationId))
    return {}
  }),

  addMembers: signedIn.input(addMembersInput).mutation(async ({ ctx, input }) => {
    const access = await memberOf(ctx.deps, ctx.viewer, input.conversationId)
    return { conversation: await addMembers(ctx.deps, access, input.userIds) }
  }),

  removeMember: signedIn.input(removeMemberInput).mutation(async ({ ctx, input }) => {
    await removeMember(ctx.deps, ctx.viewer, input)
    return {}
  }),

  rename: signedIn.input(renameInput).mutation(async ({ ctx, input }) => {
    const access = await ownerOf(ctx.deps, ctx.viewer, input.conversationId)
    return { conversation: await rename(ctx.deps, access, input.name) }
  }),
})
