import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { signUp } from '../support/client'
import { confab } from '../support/confab'
import { startTestServer, type TestServer } from '../support/server'
import { startLiar } from './liar'

/** It runs for seconds by its nature, on a machine that may be busy. */
const TIMEOUT = 60_000

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await signUp(server, 'Olga Owner')
}, TIMEOUT)
afterAll(() => server.stop(), TIMEOUT)

describe('bun run confab verify', () => {
  test(
    'finds nothing wrong with a server that keeps its promises, and leaves its conversation',
    async () => {
      const { lines, exit } = await verify(server)
      expect(lines.at(-1)).toBe('verdict: good')
      expect(exit).toBe(0)
      const left = await server.deps.sql`
        SELECT FROM members JOIN conversations ON id = conversation_id WHERE kind = 'private' AND left_seq IS NULL`
      expect(left).toHaveLength(0)
    },
    TIMEOUT,
  )

  test(
    'names I1 when a send is answered and nobody has the message',
    async () => {
      let sends = 0
      using liar = startLiar(server, {
        answer(path, input) {
          if (path !== '/trpc/messages.send') return null
          sends += 1
          return sends % 10 === 0 ? { ...Object(input), seq: 5, number: 3, createdAt: '' } : null
        },
      })
      const { lines, exit } = await verify(liar)
      expect(lines.at(-1)).toStartWith('verdict: BROKEN (broken: I1')
      expect(exit).toBe(1)
    },
    TIMEOUT,
  )

  test(
    'names I2 when a socket tells other words than were written',
    async () => {
      using liar = startLiar(server, { frame: (text) => text.replaceAll(' writes ', ' never wrote ') })
      const { lines, exit } = await verify(liar)
      expect(lines.at(-1)).toStartWith('verdict: BROKEN (broken: I2')
      expect(exit).toBe(1)
    },
    TIMEOUT,
  )

  test(
    'makes nobody the owner of a server that has no account yet',
    async () => {
      await using empty = await startTestServer()
      const { lines, exit } = await verify(empty)
      expect(lines.at(-1)).toBe(
        'Nobody has an account on this server yet, and the first one will own it: sign up yourself first.',
      )
      expect(exit).toBe(1)
    },
    TIMEOUT,
  )

  test(
    'asks for an invite where sign-up needs one, and comes in with it',
    async () => {
      await using closed = await startTestServer({ signUp: 'invite' })
      const owner = await signUp(closed, 'Olga Owner')
      const refused = await verify(closed)
      expect(refused.lines.at(-1)).toBe(
        'Sign-up on this server is by invitation: give --invite with an invite link that has enough uses left.',
      )
      expect(refused.exit).toBe(1)
      const { url } = await owner.trpc.accounts.createInvite.mutate()
      const admitted = await verify(closed, '--invite', url)
      expect(admitted.lines.at(-1)).toBe('verdict: good')
    },
    TIMEOUT,
  )
})

function verify({ url }: { url: string }, ...options: string[]) {
  return confab(['verify', '--url', url, '--users', '3', '--seconds', '2', '--rate', '20', ...options])
}
