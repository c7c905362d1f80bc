import { afterAll, beforeAll, expect, test } from 'bun:test'
import { and, eq } from 'drizzle-orm'
import { members } from '../../src/conversations/tables'
import { newId } from '../../src/lib/ids'
import { signUp, type TestPerson } from '../support/client'
import { readLog, readMembers } from '../support/log'
import { refusal } from '../support/refusal'
import { startTestServer, type TestServer } from '../support/server'

/** At once: conversations are apart from each other, and the crowd mixes the order within each. */
const ROUNDS = 20
const TIMEOUT_MS = 30_000

let server: TestServer
let ada: TestPerson
let ben: TestPerson
let cleo: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await signUp(server, 'Ada')
  ben = await signUp(server, 'Ben')
  cleo = await signUp(server, 'Cleo')
})
afterAll(() => server.stop())

async function rounds(race: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: ROUNDS }, race))
}

/** A new one of Ada's with Ben and Cleo in it, Ben an owner too. */
async function start(): Promise<string> {
  const { conversation } = await ada.trpc.conversations.create.mutate({
    kind: 'private',
    name: 'tea',
    memberIds: [ben.user.id, cleo.user.id],
  })
  await server.deps.db
    .update(members)
    .set({ role: 'owner' })
    .where(and(eq(members.conversationId, conversation.id), eq(members.userId, ben.user.id)))
  return conversation.id
}

test(
  'what a removed owner still does, they did before or not at all',
  async () => {
    let late = 0
    await rounds(async () => {
      const conversationId = await start()
      const deeds = [
        () => ben.trpc.conversations.rename.mutate({ conversationId, name: 'mine' }),
        () => ben.trpc.messages.send.mutate({ id: newId(), conversationId, body: 'mine' }),
        () => ben.trpc.conversations.removeMember.mutate({ conversationId, userId: cleo.user.id }),
      ]
      const removal = ada.trpc.conversations.removeMember.mutate({ conversationId, userId: ben.user.id })
      const outcomes = await Promise.allSettled([removal, ...deeds.map((deed) => deed())])
      const log = await readLog(server.deps, conversationId)
      const end = log.find((event) => event.kind === 'left' && event.subjectId === ben.user.id)
      expect(end).toBeDefined()
      const after = log.filter((event) => event.actorId === ben.user.id && event.seq > (end?.seq ?? 0))
      expect(after).toEqual([])
      const done = outcomes.slice(1).filter((outcome) => outcome.status === 'fulfilled').length
      expect(log.filter((event) => event.actorId === ben.user.id)).toHaveLength(done)
      late += deeds.length - done
    })
    // Else the rounds prove nothing: some deeds must have come too late.
    expect(late).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

test(
  'when all owners leave at once the one who stays owns it',
  async () => {
    await rounds(async () => {
      const conversationId = await start()
      await Promise.all([ada, ben].map(({ trpc }) => trpc.conversations.leave.mutate({ conversationId })))
      const log = await readLog(server.deps, conversationId)
      expect(log.map((event) => event.kind)).toEqual(['created', 'left', 'left', 'role'])
      const left = await readMembers(server.deps, conversationId)
      expect(left.get(cleo.user.id)).toMatchObject({ role: 'owner', leftSeq: null })
    })
  },
  TIMEOUT_MS,
)

test(
  'two owners who take each other out do not both go',
  async () => {
    await rounds(async () => {
      const conversationId = await start()
      const outcomes = await Promise.allSettled([
        ada.trpc.conversations.removeMember.mutate({ conversationId, userId: ben.user.id }),
        ben.trpc.conversations.removeMember.mutate({ conversationId, userId: ada.user.id }),
      ])
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await readLog(server.deps, conversationId)).toHaveLength(2)
    })
  },
  TIMEOUT_MS,
)

test(
  'somebody who leaves while being taken out leaves once',
  async () => {
    await rounds(async () => {
      const conversationId = await start()
      await Promise.allSettled([
        cleo.trpc.conversations.leave.mutate({ conversationId }),
        ada.trpc.conversations.removeMember.mutate({ conversationId, userId: cleo.user.id }),
        ben.trpc.conversations.removeMember.mutate({ conversationId, userId: cleo.user.id }),
      ])
      const log = await readLog(server.deps, conversationId)
      expect(log.map((event) => event.kind)).toEqual(['created', 'left'])
      expect(await refusal(cleo.trpc.conversations.leave.mutate({ conversationId }))).toMatchObject({
        code: 'NOT_FOUND',
      })
    })
  },
  TIMEOUT_MS,
)
