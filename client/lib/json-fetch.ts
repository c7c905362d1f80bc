import type { HTTPLinkOptions } from '@trpc/client'
import type { AppRouter } from '../../src/router'

type Fetch = NonNullable<HTTPLinkOptions<AppRouter['_def']['_config']['$types']>['fetch']>

/**
 * `fetch` with the session's cookie, for tRPC. What a proxy in between answers is no JSON: its status would be lost in
 * a parse error, so it is put into the shape of an error. Of those statuses only 413 says anything about the request
 * itself; the others are reported as 503, so that nobody takes them for the server's word.
 */
export const jsonFetch: Fetch = async (input, init) => {
  const response = await fetch(input, { ...init, credentials: 'same-origin' })
  if (response.headers.get('content-type')?.includes('application/json')) return response
  const error = response.status === 413 ? TOO_LARGE : OUT_OF_REACH
  return Response.json({ error }, { status: error.data.httpStatus })
}

const TOO_LARGE = {
  code: -32_013,
  message: 'That is too much for the server.',
  data: { code: 'PAYLOAD_TOO_LARGE', httpStatus: 413, field: null },
}

const OUT_OF_REACH = {
  code: -32_603,
  message: 'The server is out of reach. Try again in a moment.',
  data: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, field: null },
}
