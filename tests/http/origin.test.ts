import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { call } from '../support/call'
import { signUpForReal, type TestPerson } from '../support/client'
import { startTestServer, type TestServer } from '../support/server'

let server: TestServer
let person: TestPerson
beforeAll(async () => {
  server = await startTestServer()
  person = await signUpForReal(server)
})
afterAll(() => server.stop())

/** `$` stands for the server's port. */
interface Case {
  name: string
  origin: string | null
  site?: string
  ours: boolean
}

const cases: Case[] = [
  { name: 'our own', origin: 'http://localhost:$', ours: true },
  { name: 'our own, told by a browser', origin: 'http://localhost:$', site: 'same-origin', ours: true },
  { name: 'the same machine by number', origin: 'http://127.0.0.1:$', ours: true },
  { name: 'the same machine by number, version 6', origin: 'http://[::1]:$', ours: true },
  { name: 'none', origin: null, ours: false },
  { name: 'null', origin: 'null', ours: false },
  { name: 'foreign', origin: 'https://evil.example', ours: false },
  { name: 'another port', origin: 'http://localhost:1', ours: false },
  { name: 'no port', origin: 'http://localhost', ours: false },
  { name: 'another scheme', origin: 'https://localhost:$', ours: false },
  { name: 'a name that begins like ours', origin: 'http://localhost:$.evil.example', ours: false },
  { name: 'a name that ends like ours', origin: 'http://evil-localhost:$', ours: false },
  { name: 'a subdomain', origin: 'http://a.localhost:$', ours: false },
  { name: 'ours as a user name', origin: 'http://localhost:$@evil.example', ours: false },
  { name: 'ours with a path', origin: 'http://localhost:$/', ours: false },
  { name: 'ours in capitals', origin: 'HTTP://LOCALHOST:$', ours: false },
  { name: 'two in one', origin: 'http://localhost:$ https://evil.example', ours: false },
  { name: 'our own, but called across sites', origin: 'http://localhost:$', site: 'cross-site', ours: false },
  {
    name: 'our own, but called from a sibling',
    origin: 'http://localhost:$',
    site: 'same-site',
    ours: false,
  },
]

function headersOf({ origin, site }: Case): Record<string, string | null> {
  const port = String(server.port)
  return {
    origin: origin?.replace('$', port) ?? null,
    ...(site === undefined ? {} : { 'sec-fetch-site': site }),
  }
}

describe('an origin that is', () => {
  for (const one of cases) {
    const verdict = one.ours ? 'may act' : 'may not act'

    test(`${one.name} ${verdict} with a cookie`, async () => {
      const { cookie } = person
      const answer = await call(server, 'accounts.createInvite', { cookie, headers: headersOf(one) })
      expect(answer.error).toEqual(one.ours ? null : refused)
      expect(answer.status).toBe(one.ours ? 200 : 403)
    })

    test(`${one.name} ${one.ours ? 'may' : 'may not'} open a socket`, async () => {
      expect(await upgrade(headersOf(one))).toBe(one.ours ? 101 : 403)
    })
  }
})

describe('without a cookie', () => {
  test('a program that sends no origin may log in', async () => {
    const input = { username: person.user.username, password: 'correct horse' }
    expect((await call(server, 'accounts.logIn', { input, headers: { origin: null } })).status).toBe(200)
  })

  test('a foreign origin may not', async () => {
    const input = { username: person.user.username, password: 'correct horse' }
    const headers = { origin: 'https://evil.example' }
    expect((await call(server, 'accounts.logIn', { input, headers })).error).toEqual(refused)
  })

  test('nobody opens a socket', async () => {
    const origin = `http://localhost:${server.port}`
    expect(await upgrade({ origin, cookie: null })).toBe(401)
    expect(await upgrade({ origin, cookie: 'confab=made-up' })).toBe(401)
    expect(await upgrade({ origin: 'https://evil.example', cookie: null })).toBe(403)
  })
})

test('reading needs no origin', async () => {
  const answer = await call(server, 'accounts.me', {
    method: 'GET',
    cookie: person.cookie,
    headers: { origin: null },
  })
  expect(answer.data).toEqual({ user: person.user })
})

const refused = {
  code: 'FORBIDDEN',
  httpStatus: 403,
  field: null,
  sentence: 'This request does not come from a page of this server.',
}

/** The status that an upgrade is answered with. By hand: `fetch` keeps these headers to itself. */
async function upgrade(headers: Record<string, string | null>): Promise<number> {
  const lines = Object.entries({ cookie: person.cookie, ...headers }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  )
  const { promise, resolve } = Promise.withResolvers<number>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port,
    socket: { data: (_, bytes) => resolve(Number(bytes.toString().split(' ')[1])) },
  })
  socket.write(
    [
      'GET /trpc HTTP/1.1',
      `Host: localhost:${server.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...lines,
      '\r\n',
    ].join('\r\n'),
  )
  const status = await promise
  socket.end()
  return status
}
