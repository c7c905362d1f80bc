import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const everywhere = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
]

describe('every answer', () => {
  for (const path of [
    '/',
    '/c/1',
    '/nothing.js',
    '/livez',
    '/readyz',
    '/trpc/accounts.me',
    '/trpc/nothing',
    '/trpc',
  ])
    test(`carries the security headers: ${path}`, async () => {
      const { headers } = await fetch(server.url + path)
      expect(Object.fromEntries(headers)).toMatchObject(everywhere)
      const directives = (headers.get('content-security-policy') ?? '').split('; ')
      expect(directives).toEqual(expect.arrayContaining(policy))
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    })

  test('allows the socket of the public origin, and asks for TLS only where there is some', async () => {
    await using secure = await startTestServer({ env: { PUBLIC_ORIGIN: 'https://chat.example' } })
    const overTls = await fetch(`${secure.url}/livez`)
    const plain = await fetch(`${server.url}/livez`)
    expect(overTls.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(overTls.headers.get('content-security-policy')).toContain("connect-src 'self' wss://chat.example;")
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    expect(plain.headers.get('content-security-policy')).toContain(
      `connect-src 'self' ws://localhost:${server.port};`,
    )
  })
})

describe('names that are kept for later', () => {
  for (const path of ['/metrics', '/files/1', '/hooks/token'])
    test(`${path} is nothing yet`, async () => {
      expect((await fetch(server.url + path)).status).toBe(404)
    })
})
