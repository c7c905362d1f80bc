import { createTRPCClient, createWSClient, httpLink, splitLink, type TRPCClient, wsLink } from '@trpc/client'
import type { User } from '../../src/accounts/schema'
import { sessionCookieName, startSession } from '../../src/accounts/sessions'
import { users } from '../../src/accounts/tables'
import type { Deps } from '../../src/deps'
import { newId } from '../../src/lib/ids'
import type { AppRouter } from '../../src/router'
import type { LiveEvent } from '../../src/sync/schema'
import { socketClass } from '../../verify/program'
import { until } from './until'

export interface TestPerson {
  user: User
  /** The Cookie header of this person's session. */
  cookie: string
  trpc: TRPCClient<AppRouter>
  /** The same person on another instance, with the same cookie. */
  on(server: { url: string }): TestPerson
  /** A live subscription that has had its `sync`. */
  connect(): Promise<Live>
}

export interface Live extends Disposable {
  /** All that came, in order. */
  events: LiveEvent[]
  /** When each of them came, on the clock of `performance.now()`. */
  arrivals: number[]
  /** Waits for an event, also one that came already. */
  next<T extends LiveEvent>(wanted: (event: LiveEvent) => event is T): Promise<T>
  next(wanted: (event: LiveEvent) => boolean): Promise<LiveEvent>
  /** What came about messages of a conversation, by body. */
  bodies(conversationId: string): string[]
  closed: Promise<number | undefined>
  close(): void
}

/**
 * A fresh person who is signed in. On a server of this process the rows are written directly, since hashing a password
 * costs more than most tests; who needs the password or the way in takes `signUpForReal`.
 */
export async function signUp(server: { url: string; deps?: Deps }, displayName = 'Ada'): Promise<TestPerson> {
  if (server.deps === undefined) return signUpForReal(server, displayName)
  return insertPerson({ url: server.url, deps: server.deps }, { username: freshName(), displayName })
}

/** A fresh person through the front door, whose password is "correct horse". */
export async function signUpForReal(server: { url: string }, displayName = 'Ada'): Promise<TestPerson> {
  let cookie = ''
  const trpc = client(server, {
    onCookie: (set) => {
      cookie = set
    },
  })
  const input = { username: freshName(), password: 'correct horse', displayName }
  const { user } = await trpc.accounts.signUp.mutate(input)
  return person(server, user, cookie)
}

function freshName(): string {
  return `u${newId().replaceAll('-', '').slice(8)}`
}

async function insertPerson(
  server: { url: string; deps: Deps },
  { username, displayName }: { username: string; displayName: string },
): Promise<TestPerson> {
  const { deps } = server
  const role = (await deps.db.$count(users)) === 0 ? 'owner' : 'member'
  const user: User = { id: newId(), username, displayName, role }
  await deps.db.insert(users).values({ ...user, passwordHash: 'signs nobody in' })
  const { token } = await startSession(deps, user.id)
  return person(server, user, `${sessionCookieName(deps.config)}=${token}`)
}

function person(server: { url: string }, user: User, cookie: string): TestPerson {
  return {
    user,
    cookie,
    trpc: client(server, { cookie }),
    on: (other) => person(other, user, cookie),
    connect: () => connect(server, cookie),
  }
}

interface ClientOptions {
  cookie?: string
  onCookie?: (cookie: string) => void
}

/** The typed client that programs use, over plain HTTP. */
export function client(
  server: { url: string },
  { cookie, onCookie }: ClientOptions = {},
): TRPCClient<AppRouter> {
  const headers: Record<string, string> = { origin: server.url }
  if (cookie !== undefined) headers.cookie = cookie
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${server.url}/trpc`,
        headers,
        fetch: async (input, init) => {
          const response = await fetch(input, init as RequestInit)
          const set = response.headers.get('set-cookie')
          if (set !== null) onCookie?.(set.split(';', 1)[0] ?? '')
          return response
        },
      }),
    ],
  })
}

async function connect(server: { url: string }, cookie: string): Promise<Live> {
  const events: LiveEvent[] = []
  const arrivals: number[] = []
  const { promise: closed, resolve: onClose } = Promise.withResolvers<number | undefined>()
  const socket = createWSClient({
    url: `${server.url.replace('http', 'ws')}/trpc`,
    WebSocket: socketClass({ cookie, origin: server.url }),
    retryDelayMs: () => 3_600_000,
    onClose: (cause) => onClose(cause?.code),
  })
  const trpc = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: wsLink({ client: socket }),
        false: [],
      }),
    ],
  })
  const subscription = trpc.sync.events.subscribe(undefined, {
    onData: (event) => {
      events.push(event)
      arrivals.push(performance.now())
    },
    onError: () => {},
  })
  const close = () => {
    subscription.unsubscribe()
    void socket.close()
  }
  const live: Live = {
    events,
    arrivals,
    next: (wanted: (event: LiveEvent) => boolean) => until(() => events.find(wanted)) as Promise<never>,
    bodies: (conversationId) =>
      events.flatMap((event) =>
        event.type === 'message' && event.conversationId === conversationId ? [event.message.body] : [],
      ),
    closed,
    close,
    [Symbol.dispose]: close,
  }
  await live.next((event) => event.type === 'sync')
  return live
}
