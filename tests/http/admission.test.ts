import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Server } from 'bun'
import { createApp } from '../../src/app'
import { Admission } from '../../src/http/admission'
import { createSocket } from '../../src/http/socket'
import type { SocketData } from '../../src/http/subscription'
import { createLogger } from '../../src/lib/logger'
import { appRouter } from '../../src/router'
import { signUp, type TestPerson } from '../support/client'
import { rawSocket } from '../support/raw-socket'
import { startTestServer, type TestServer } from '../support/server'
import { until } from '../support/until'

describe('the door to the socket', () => {
  test('works on so many at a time, and lets those in first that are through half of it', async () => {
    const admission = new Admission({ active: 2, waiting: 3 })
    const ends: (() => void)[] = []
    const begun: string[] = []
    const work = (name: string) => () => {
      begun.push(name)
      return new Promise<void>((resolve) => ends.push(resolve))
    }
    const all = ['a', 'b', 'c'].map((name) => admission.upgrade(work(name)))
    expect(begun).toEqual(['a', 'b'])
    all.push(admission.attach(work('d')))
    expect(admission.admits).toBe(true)
    all.push(admission.attach(work('e')))
    expect(admission.admits).toBe(false)
    for (let n = 0; n < 5; n++) {
      await until(() => ends.length > n)
      ends[n]?.()
    }
    await Promise.all(all)
    expect(begun).toEqual(['a', 'b', 'd', 'e', 'c'])
    expect(admission.admits).toBe(true)
  })

  test('hands on the place of one that failed', async () => {
    const admission = new Admission({ active: 1, waiting: 1 })
    const failing = admission.upgrade(() => Promise.reject(new Error('no')))
    const next = admission.upgrade(async () => 'in')
    expect(failing).rejects.toThrow('no')
    expect(await next).toBe('in')
  })
})

describe('when many come at once', () => {
  let origin: TestServer
  let server: Server<SocketData>
  let socket: ReturnType<typeof createSocket>
  let ada: TestPerson
  const lines: string[] = []

  beforeAll(async () => {
    origin = await startTestServer()
    ada = await signUp(origin)
    const logger = createLogger('warn', { write: (line) => void lines.push(line) })
    const deps = { ...origin.deps, logger }
    socket = createSocket(deps, appRouter, { active: 1, waiting: 1 })
    const app = createApp(deps, { socket })
    server = Bun.serve({ port: 0, fetch: app.fetch, websocket: socket.websocket })
    socket.bind(server)
  })
  afterAll(async () => {
    await server.stop(true)
    await origin.stop()
  })

  /** The person's own origin, another port: the same app with other limits. */
  const open = () => rawSocket({ url: server.url.origin, origin: origin.url }, ada)

  test('the first is let in, the next waits, and one more is sent away before its session is read', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: locked, resolve: onLock } = Promise.withResolvers<void>()
    const lock = origin.deps.sql.begin(async (sql) => {
      await sql`LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE`
      onLock()
      await held
    })
    await locked
    const first = open()
    const second = open()
    await until(() => !socket.admission.admits)
    using third = await open()
    expect(third.answer).toStartWith('HTTP/1.1 503')
    expect(third.answer.toLowerCase()).toContain('retry-after: 1')
    release()
    await lock
    for (const one of [await first, await second]) {
      expect(one.answer).toStartWith('HTTP/1.1 101')
      one.say('{"id":1,"method":"subscription","params":{"path":"sync.events"}}')
      await until(() => one.text().includes('"sync"'))
      one[Symbol.dispose]()
    }
    using again = await open()
    expect(again.answer).toStartWith('HTTP/1.1 101')
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'turned sockets away: stopping, or too many at once',
    ])
  })

  test('nobody is let in by a server that stops, and its answers end their connections', async () => {
    const stopping = createApp(origin.deps, { socket, isReady: () => false })
    const answer = await stopping.request('/livez')
    expect(answer.headers.get('connection')).toBe('close')
    socket.admission.closed = true
    using late = await open()
    expect(late.answer).toStartWith('HTTP/1.1 503')
  })
})
