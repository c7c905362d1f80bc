import type { QueryClient } from '@tanstack/react-query'
import type { TRPCLink } from '@trpc/client'
import { createQueryClient } from '../client/app/clients'
import { createSession, type Session } from '../client/app/session'
import { type Kept, keptInMemory } from '../client/lib/kept'
import { browserTiming, type Timing } from '../client/lib/timing'
import { createApi, createCaches } from '../client/lib/trpc'
import type { KeptMessage } from '../client/messages/outbox-state'
import type { User } from '../src/accounts/schema'
import type { AppRouter } from '../src/router'

export interface ProgramOptions {
  person: { user: User; cookie: string }
  /** Where the server is reached, by way of a proxy for instance. */
  url: string
  /** The origin that the server takes for its own page's. */
  origin: string
  isAttentive(): boolean
  onDoubt(): void
  kept?: Kept<KeptMessage>
  timing?: Timing
  /** Sees every call and its answer. */
  observe?: TRPCLink<AppRouter>
  /** Something in place of the plain socket, made on top of it. */
  wrap?: (Plain: typeof WebSocket) => typeof WebSocket
}

/** The product's own client without its screens, for a program that is no browser. It runs from `session.start()` on. */
export function openSession(options: ProgramOptions): { session: Session; queryClient: QueryClient } {
  const { person, url, origin, isAttentive, onDoubt, observe } = options
  const { kept = keptInMemory(), timing = browserTiming, wrap = (Plain) => Plain } = options
  const base = url.replace(/\/$/, '')
  const headers = { cookie: person.cookie, origin }
  const api = createApi({ url: `${base}/trpc`, headers, ...(observe === undefined ? {} : { observe }) })
  const queryClient = createQueryClient()
  const session = createSession({
    user: person.user,
    api,
    caches: createCaches({ client: api, queryClient }),
    timing,
    kept,
    socketUrl: `${base.replace('http', 'ws')}/trpc`,
    WebSocket: wrap(socketClass(headers)),
    isAttentive,
    onDoubt,
  })
  return { session, queryClient }
}

/** Bun's WebSocket takes headers as its second argument; a browser's sends cookie and origin by itself. */
export function socketClass(headers: Record<string, string>): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers } as unknown as string[])
    }
  } as typeof WebSocket
}
