import { type ConversationActions, conversationActions } from '../../client/conversations/actions'
import type { Conversations } from '../../client/conversations/conversations'
import type { Api } from '../../client/lib/trpc'
import type { Conversation } from '../../src/conversations/schema'
import { newId } from '../../src/lib/ids'

/** What a mutation is tried on. */
export interface Scene {
  api: Api
  me: string
  /** Ids of all people, also of those who are in nothing. */
  people: readonly string[]
  /** Grows with every conversation that is made. */
  conversations: string[]
  /** Grows with every message that is sent. */
  messages: { id: string; conversationId: string; body: string }[]
  /** Ids of those that this person has sent. */
  own: string[]
  actions: ConversationActions
}

/** Whatever a mutation has to choose, drawn from any numbers: a conversation, somebody, a word. */
export interface Choice {
  where: number
  whom: number
  what: number
}

/** Every kind of mutation that changes a conversation, by its procedure. Many a choice is one that is refused. */
export const mutations: Record<string, (scene: Scene, choice: Choice) => Promise<unknown>> = {
  async 'conversations.create'(scene, { whom, what }) {
    const kind = what % 2 === 0 ? ('private' as const) : ('public' as const)
    const memberIds = some(scene.people, whom)
    made(scene, await scene.actions.create({ kind, name: name(what), memberIds }))
  },
  async 'conversations.openDirect'(scene, { whom }) {
    made(scene, await scene.actions.openDirect({ userIds: some(scene.people, whom) }))
  },
  async 'conversations.rename'(scene, choice) {
    await scene.actions.rename({ conversationId: place(scene, choice), name: name(choice.what) })
  },
  async 'conversations.join'(scene, choice) {
    await scene.actions.join({ conversationId: place(scene, choice) })
  },
  async 'conversations.leave'(scene, choice) {
    await scene.actions.leave({ conversationId: place(scene, choice) })
  },
  async 'conversations.addMembers'(scene, choice) {
    const [first = scene.me] = scene.people
    const userIds = some(scene.people, choice.whom)
    const input = { conversationId: place(scene, choice), userIds: userIds.length > 0 ? userIds : [first] }
    await scene.actions.addMembers(input)
  },
  async 'conversations.removeMember'(scene, choice) {
    const userId = pick(scene.people, choice.whom) ?? scene.me
    await scene.actions.removeMember({ conversationId: place(scene, choice), userId })
  },
  async 'messages.send'(scene, choice) {
    const again = choice.what % 10 === 0 ? pick(scene.messages, choice.whom) : undefined
    const message = again ?? { id: newId(), conversationId: place(scene, choice), body: name(choice.what) }
    await scene.api.messages.send.mutate(message)
    if (again !== undefined) return
    scene.messages.push(message)
    scene.own.push(message.id)
  },
  async 'messages.edit'(scene, choice) {
    await scene.api.messages.edit.mutate({ id: written(scene, choice), body: name(choice.what) })
  },
  async 'messages.delete'(scene, choice) {
    await scene.api.messages.delete.mutate({ id: written(scene, choice) })
  },
  async 'receipts.update'(scene, choice) {
    const cursor = { conversationId: place(scene, choice), delivered: choice.what, read: choice.whom }
    await scene.api.receipts.update.mutate({ cursors: [cursor] })
  },
  async 'receipts.markUnread'(scene, choice) {
    const number = 1 + (choice.what % 6)
    await scene.api.receipts.markUnread.mutate({ conversationId: place(scene, choice), number })
  },
}

/** The actions of the components, or of a program that has no list. */
export function actionsOf({ conversations }: Api, list?: Conversations): ConversationActions {
  const { create, openDirect, join, leave, addMembers, removeMember, rename } = conversations
  const calls = {
    create: create.mutate,
    openDirect: openDirect.mutate,
    join: join.mutate,
    leave: leave.mutate,
    addMembers: addMembers.mutate,
    removeMember: removeMember.mutate,
    rename: rename.mutate,
  }
  return conversationActions(calls, list ?? { ask: () => ({ put() {}, remove() {} }) })
}

function made({ conversations }: Scene, { id }: Conversation): void {
  if (!conversations.includes(id)) conversations.push(id)
}

function place({ conversations }: Scene, { where }: Choice): string {
  return pick(conversations, where) ?? newId()
}

/** A message of one's own, mostly. */
function written({ own, messages }: Scene, { where, whom }: Choice): string {
  const id = whom % 4 > 0 ? pick(own, where) : pick(messages, where)?.id
  return id ?? newId()
}

function pick<T>(from: readonly T[], which: number): T | undefined {
  return from[which % from.length]
}

/** Those whose bit is set. */
function some(people: readonly string[], bits: number): string[] {
  return people.filter((_, index) => (bits >> index) % 2 === 1)
}

function name(what: number): string {
  return `name ${what % 5}`
}
