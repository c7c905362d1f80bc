import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { createQueryClient } from '../../client/app/clients'
import { createSession } from '../../client/app/session'
import { keptInMemory } from '../../client/lib/kept'
import { createCaches } from '../../client/lib/trpc'
import type { User } from '../../src/accounts/schema'
import type { Conversation, Member } from '../../src/conversations/schema'
import type { AppRouter } from '../../src/router'
import type { Head, SyncEvent } from '../../src/sync/schema'
import { fakeTiming, settle } from './clock'
import type { Log } from './log'

export const me: User = { id: 'me', username: 'me', displayName: 'Me', role: 'member' }

interface Place {
  log: Log
  /** Seqs of one's own cursors. */
  delivered: number
  read: number
}

/** What the procedures are asked for here: of each input, what one of them may have. */
interface Input {
  conversationId: string
  after?: number
  before?: number
  around?: number
  limit?: number
}

/** A server of logs in memory that can be held up and made to fail, and a client's session without its socket. */
export function scripted() {
  const places = new Map<string, Place>()
  const members: Member[] = []
  const calls: { path: string; conversationId: string }[] = []
  let epoch = 'first'
  let failures = 0
  let held: (() => void)[] | null = null
  const timing = fakeTiming()

  const link: TRPCLink<AppRouter> =
    () =>
    ({ op: { path, input } }) =>
      observable((observer) => {
        const conversationId = conversationIn(input)
        calls.push({ path, conversationId })
        const answer = () => {
          if (failures > 0) {
            failures -= 1
            const data = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503 }
            observer.error(TRPCClientError.from({ error: { code: -32_603, message: 'Later.', data } }))
            return
          }
          observer.next({ result: { data: answerOf(path, input) } })
          observer.complete()
        }
        if (held === null || path === 'conversations.list') queueMicrotask(answer)
        else held.push(answer)
      })

  const api = createTRPCClient<AppRouter>({ links: [link] })
  const queryClient = createQueryClient()
  const session = createSession({
    user: me,
    api,
    caches: createCaches({ client: api, queryClient }),
    timing,
    kept: keptInMemory(),
    socketUrl: 'ws://nowhere',
    isAttentive: () => false,
    onDoubt: () => {},
  })

  return {
    session,
    queryClient,
    timing,
    calls,
    places,
    /** What `conversations.members` answers, of any conversation. */
    members,
    put(log: Log, { delivered = log.head, read = delivered }: { delivered?: number; read?: number } = {}) {
      places.set(log.id, { log, delivered, read })
    },
    /** The subscription's first event, as of now. */
    sync: (): Promise<void> => session.engine.receive(syncEvent()),
    async synced(): Promise<void> {
      await session.engine.receive(syncEvent())
      await this.settled()
    },
    async settled(): Promise<void> {
      await timing.pass(30_000)
    },
    restore(name: string) {
      epoch = name
    },
    failNext(count: number) {
      failures = count
    },
    hold() {
      held = []
    },
    /** Answers what is held up, and what that leads to, up to `count` calls. */
    async release(count: number): Promise<void> {
      for (const answer of held?.splice(0, count) ?? []) answer()
      await settle()
    },
    asked: (path: string) =>
      calls.filter((call) => call.path === path).map(({ conversationId }) => conversationId),
    entry: (id: string) => conversationOf(places.get(id)),
  }

  function syncEvent(): SyncEvent {
    const heads = [...places].map(([conversationId, { log, delivered, read }]): Head => {
      const number = log.messages().length
      const readNumber = log.messages(read).length
      const unmarked = { unreadFrom: null, unreadVersion: 0 }
      return { conversationId, seq: log.head, number, delivered, read, readNumber, ...unmarked }
    })
    return { type: 'sync', epoch, heads }
  }

  function answerOf(path: string, raw: unknown): unknown {
    if (path === 'conversations.list') return { conversations: [...places.values()].map(conversationOf) }
    if (path === 'receipts.update') return {}
    if (path === 'conversations.members') return { members }
    const input = raw as Input
    const place = places.get(input.conversationId)
    if (place === undefined) throw new Error(`there is no ${input.conversationId}`)
    const { log } = place
    const { limit = 200 } = input
    if (path === 'messages.history') return log.page(log.head, { ...input, limit })
    if (path === 'sync.range') return log.range(log.head, input.after ?? 0, limit)
    throw new Error(`${path} is not scripted`)
  }

  function conversationIn(input: unknown): string {
    return typeof input === 'object' && input !== null ? String(Reflect.get(input, 'conversationId')) : ''
  }
}

function conversationOf(place: Place | undefined): Conversation {
  if (place === undefined) throw new Error('there is no such conversation')
  const { log, delivered, read } = place
  const lastNumber = log.messages().length
  const readNumber = log.messages(read).length
  const name = log.notes().findLast((note) => note.type === 'renamed')?.name ?? log.id
  return {
    id: log.id,
    kind: 'private',
    name,
    createdAt: '2026-11-01T00:00:00.000Z',
    role: 'member',
    memberCount: 2,
    people: [],
    lastSeq: log.head,
    lastNumber,
    lastMessageAt: log.messages().at(-1)?.createdAt ?? null,
    deliveredSeq: delivered,
    readSeq: read,
    readNumber,
    unreadFrom: null,
    unreadVersion: 0,
    unread: lastNumber - readNumber,
  }
}
