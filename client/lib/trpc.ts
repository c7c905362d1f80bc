import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  splitLink,
  type TRPCClient,
  type TRPCLink,
} from '@trpc/client'
import { createTRPCQueryUtils, createTRPCReact } from '@trpc/react-query'
import { BATCH_MAX } from '../../src/lib/limits'
import type { AppRouter } from '../../src/router'
import { jsonFetch } from './json-fetch'

/** The typed hooks. They are called in files named `use*` alone. */
export const trpc = createTRPCReact<AppRouter>()

/** Typed calls over HTTP. */
export type Api = TRPCClient<AppRouter>

/** Typed access to what the hooks hold in react-query. */
export type Caches = ReturnType<typeof createTRPCQueryUtils<AppRouter>>

/** Goes with a call that must not wait for others, nor fail with them. */
export const ALONE = { context: { alone: true } }

export interface ApiOptions {
  /** Of the `/trpc` routes. */
  url: string
  /** Only for programs that are no browser: a browser adds cookie and origin by itself. */
  headers?: Record<string, string>
  /** Sees every call and its answer: for those who keep a record. */
  observe?: TRPCLink<AppRouter>
}

export function createApi({ url, headers = {}, observe }: ApiOptions): Api {
  const shared = { url, headers, fetch: jsonFetch }
  return createTRPCClient<AppRouter>({
    links: [
      ...(observe === undefined ? [] : [observe]),
      splitLink({
        condition: (op) => op.context.alone === true,
        true: httpLink(shared),
        false: httpBatchLink({ ...shared, maxItems: BATCH_MAX, maxURLLength: 4_000 }),
      }),
    ],
  })
}

export const createCaches = createTRPCQueryUtils<AppRouter>
