import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { BATCH_MAX, REQUEST_BODY_MAX_BYTES } from '../../src/lib/limits'
import { type CallOptions, call } from '../support/call'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

interface Case extends CallOptions {
  name: string
  path: string
  status: number
  code: string
}

const input = { username: 'never.made', password: 'correct horse' }
const padded = (bytes: number) => JSON.stringify(input).padEnd(bytes)
const chunks = (bytes: number) => new Response(padded(bytes)).body ?? ''
const signUp = 'accounts.signUp'
const type = (value: string | null) => ({ headers: { 'content-type': value } })
const batch = (size: number) => `${Array.from({ length: size }, () => 'accounts.me').join(',')}?batch=1`

const refusals: Case[] = [
  { name: 'broken JSON', path: signUp, body: '{"username":', status: 400, code: 'BAD_REQUEST' },
  { name: 'no body', path: signUp, body: '', status: 400, code: 'BAD_REQUEST' },
  { name: 'a list for an object', path: signUp, body: '[]', status: 400, code: 'BAD_REQUEST' },
  { name: 'null for an object', path: signUp, body: 'null', status: 400, code: 'BAD_REQUEST' },
  {
    name: 'a batch that is no batch',
    path: `${signUp}?batch=1`,
    body: '[]',
    status: 400,
    code: 'BAD_REQUEST',
  },
  { name: 'an unknown procedure', path: 'accounts.nothing', status: 404, code: 'NOT_FOUND' },
  { name: 'an inherited name', path: 'constructor', status: 404, code: 'NOT_FOUND' },
  { name: 'an unreadable address', path: '%E0%A4%A', status: 404, code: 'NOT_FOUND' },
  { name: 'no procedure', path: '', status: 404, code: 'NOT_FOUND' },
  { name: 'a mutation by GET', path: signUp, method: 'GET', status: 405, code: 'METHOD_NOT_SUPPORTED' },
  { name: 'a query by POST', path: 'accounts.me', status: 405, code: 'METHOD_NOT_SUPPORTED' },
  { name: 'PUT', path: signUp, method: 'PUT', input, status: 405, code: 'METHOD_NOT_SUPPORTED' },
  { name: 'DELETE', path: signUp, method: 'DELETE', status: 405, code: 'METHOD_NOT_SUPPORTED' },
  { name: 'a subscription', path: 'sync.events', method: 'GET', status: 405, code: 'METHOD_NOT_SUPPORTED' },
  {
    name: 'a form',
    path: signUp,
    input,
    ...type('application/x-www-form-urlencoded'),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'plain text',
    path: signUp,
    input,
    ...type('text/plain'),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'bytes',
    path: signUp,
    input,
    ...type('application/octet-stream'),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'what only begins like JSON',
    path: signUp,
    input,
    ...type('application/jsonx'),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'a body that is too large',
    path: signUp,
    body: padded(REQUEST_BODY_MAX_BYTES + 1),
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    name: 'one too many in a batch',
    path: batch(BATCH_MAX + 1),
    method: 'GET',
    status: 400,
    code: 'BAD_REQUEST',
  },
]

describe('refused, with a code and a sentence, and nothing done:', () => {
  for (const { name, path, status, code, ...options } of refusals)
    test(name, async () => {
      const answer = await call(server, path, options)
      expect({ status: answer.status, code: answer.error?.code }).toEqual({ status, code })
      expect(answer.error?.httpStatus).toBe(status)
      expect(answer.error?.sentence).toMatch(/^[A-Z].*\.$/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await server.deps.sql`SELECT id FROM users`).toHaveLength(0)
    })

  test('a body that turns out too large as it comes', async () => {
    const answer = await call(server, signUp, { body: chunks(REQUEST_BODY_MAX_BYTES + 1) })
    expect(answer.error?.code).toBe('PAYLOAD_TOO_LARGE')
  })
})

describe('answered:', () => {
  test('a full batch', async () => {
    const response = await fetch(`${server.url}/trpc/${batch(BATCH_MAX)}`)
    const one = { result: { data: { user: null } } }
    expect(await response.json()).toEqual(Array.from({ length: BATCH_MAX }, () => one))
  })

  test('JSON with a charset, at the largest size', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const body = padded(REQUEST_BODY_MAX_BYTES)
    expect((await call(server, signUp, { body, headers })).status).toBe(200)
  })

  test('JSON that comes in chunks', async () => {
    const body = new Response(JSON.stringify(input)).body ?? ''
    expect((await call(server, signUp, { body })).error?.code).toBe('CONFLICT')
  })
})
