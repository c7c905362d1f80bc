import { z } from 'zod'

/** One call over plain HTTP, for what the typed client would not let through. */
export interface CallOptions {
  /** As JSON: in the body of a POST, in the address of a GET. */
  input?: unknown
  /** In place of `input`, as it is. */
  body?: BodyInit
  method?: string
  cookie?: string
  /** null leaves out a header that would be there. */
  headers?: Record<string, string | null>
}

export interface Answer {
  status: number
  headers: Headers
  data: unknown
  error: { code: string; httpStatus: number; field: string | null; sentence: string } | null
}

const answer = z.union([
  z.object({ result: z.object({ data: z.unknown() }) }),
  z.object({
    error: z.object({
      message: z.string(),
      data: z.strictObject({
        code: z.string(),
        httpStatus: z.number(),
        field: z.string().nullable(),
        path: z.string().nullish(),
      }),
    }),
  }),
])

/** Fails unless the answer, or the first one of a batch, has the one shape that answers and refusals have. */
export async function call(
  server: { url: string },
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { input, body, cookie, method = 'POST' } = options
  const headers = new Headers({ origin: server.url, 'content-type': 'application/json' })
  if (cookie !== undefined) headers.set('cookie', cookie)
  for (const [name, value] of Object.entries(options.headers ?? {}))
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  const url = `${server.url}/trpc/${path}`
  const asked =
    method === 'GET' && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''
  const sent = method === 'GET' ? null : (body ?? JSON.stringify(input ?? {}))
  const response = await fetch(url + asked, { method, headers, body: sent })
  const json: unknown = await response.json()
  const told = answer.parse(Array.isArray(json) ? json[0] : json)
  const { status } = response
  if ('result' in told) return { status, headers: response.headers, data: told.result.data, error: null }
  const { message: sentence, data } = told.error
  const { code, httpStatus, field } = data
  return { status, headers: response.headers, data: null, error: { code, httpStatus, field, sentence } }
}
