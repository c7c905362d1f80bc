import { hashKey, QueryClient } from '@tanstack/react-query'
import { getQueryKey } from '@trpc/react-query'
import { PAGE_DEFAULT } from '../../src/lib/limits'
import type { HistoryPage } from '../../src/messages/queries'
import { mergeList } from '../conversations/conversations'
import { toProblem } from '../lib/problem'
import { readText } from '../lib/storage'
import { type Api, type Caches, createApi, createCaches, trpc } from '../lib/trpc'
import type { PageInput } from '../messages/windows'

export interface Clients {
  api: Api
  queryClient: QueryClient
  caches: Caches
  /**
   * Whoever was here before is most likely signed in still: the list and the page of the conversation that the address
   * names are asked for along with who it is, in one batch.
   */
  askAhead(): void
  /** Nothing that one person has loaded is shown to the next. */
  handTo(userId: string): void
  /** The newest page of a conversation, if it was asked for ahead; once. */
  firstPage(input: PageInput): Promise<HistoryPage> | null
}

/** Where it is remembered that somebody signed in on this device. */
export const ACCOUNT_KEY = 'confab.account'

export function createClients(): Clients {
  const api = createApi({ url: '/trpc' })
  const queryClient = createQueryClient()
  const caches = createCaches({ client: api, queryClient })
  let owner: string | null = null
  let first: { conversationId: string; page: Promise<HistoryPage> } | null = null

  return {
    api,
    queryClient,
    caches,
    askAhead() {
      if (readText(ACCOUNT_KEY) === null) return
      void caches.conversations.list.prefetch()
      const conversationId = conversationIn(location.pathname)
      if (conversationId === null || first !== null) return
      const page = api.messages.history.query({ conversationId, limit: PAGE_DEFAULT })
      // Whoever takes the page sees the error; if nobody does, nobody misses it.
      page.catch(() => {})
      first = { conversationId, page }
    },
    handTo(userId) {
      const me = getQueryKey(trpc.accounts.me, undefined, 'query')
      if (owner !== null && owner !== userId)
        queryClient.removeQueries({ predicate: ({ queryKey }) => hashKey(queryKey) !== hashKey(me) })
      owner = userId
    },
    firstPage({ conversationId, before, after, around }) {
      if (first?.conversationId !== conversationId || (before ?? after ?? around) !== undefined) return null
      const { page } = first
      first = null
      return page
    },
  }
}

export function createQueryClient(): QueryClient {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // The server may be on this very machine, or in a LAN without the internet: the browser's word counts little.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < 5 && !isRefusal(error),
        retryDelay: (attempt) => Math.random() * Math.min(10_000, 1_000 * 2 ** attempt),
      },
      mutations: { networkMode: 'always' },
    },
  })
  const list = getQueryKey(trpc.conversations.list, undefined, 'query')
  queryClient.setQueryDefaults(list, {
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: mergeList,
  })
  return queryClient
}

/** What will be answered the same way the next time. */
function isRefusal(error: unknown): boolean {
  const { status } = toProblem(error)
  return status !== null && status >= 400 && status < 500 && status !== 429
}

function conversationIn(path: string): string | null {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(path)?.[0] ?? null
}
