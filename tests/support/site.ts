import { afterAll, afterEach, beforeAll, expect } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { newId } from '../../src/lib/ids'
import { newContext, openPage, type PageOptions, startSite, takeProblems } from './browser'
import { signUp, type TestPerson } from './client'
import { describeWith } from './require'
import { screen } from './screen'
import type { TestServer } from './server'

/** For tests in a browser: the machine may be busy, and only a failing test waits this long. */
export const TIMEOUT = 60_000

interface OpenOptions extends Omit<PageOptions, 'within'> {
  /** A conversation, which is waited for. */
  id?: string
  /** In a profile that no other test uses: for clocks and scripts, which can't be taken out of one again. */
  before?: (context: BrowserContext) => Promise<unknown>
  /** By way of another address than the server's own. */
  by?: { url: string }
}

export interface Site {
  readonly server: TestServer
  /** Another server takes the place of this one. */
  replace(server: TestServer): void
  /** Somebody fresh who is signed in. */
  person(displayName: string): Promise<TestPerson>
  /** The id of a direct conversation of these people. */
  direct(...people: TestPerson[]): Promise<string>
  /** The id of a new private channel; the first person owns it. */
  channel(name: string, ...people: TestPerson[]): Promise<string>
  /** A page with empty storage of its own, closed after the test. */
  open(options: OpenOptions): Promise<Page>
}

/** Tests in a real browser, all on one server of their own. A page that throws, or breaks the policy, fails its test. */
export function describeSite(name: string, tests: (site: Site) => void, start = () => startSite()): void {
  describeWith('chromium', name, () => {
    let running: TestServer | null = null
    const opened: { context: BrowserContext; plain: boolean }[] = []
    const idle: BrowserContext[] = []

    beforeAll(async () => {
      running = await start()
      // The first account owns the server; whoever comes later is like everybody else.
      await signUp(running, 'Olga Owner')
    }, TIMEOUT)
    afterEach(async () => {
      for (const { context, plain } of opened.splice(0)) {
        if (plain) idle.push(await emptied(context, site.server))
        else await context.close()
      }
      expect(takeProblems()).toEqual([])
    }, TIMEOUT)
    afterAll(async () => {
      for (const context of idle) await context.close()
      await running?.stop()
    }, TIMEOUT)

    const site: Site = {
      get server() {
        if (running === null) throw new Error('the server has not started')
        return running
      },
      replace(server) {
        running = server
      },
      person: (displayName) => signUp(site.server, displayName),
      async direct(...people) {
        const userIds = people.map(({ user }) => user.id)
        return (await first(people).trpc.conversations.openDirect.mutate({ userIds })).conversation.id
      },
      async channel(channelName, ...people) {
        const memberIds = people.slice(1).map(({ user }) => user.id)
        const input = { kind: 'private' as const, name: channelName, memberIds }
        return (await first(people).trpc.conversations.create.mutate(input)).conversation.id
      },
      async open({ id, before, by, path = id === undefined ? '/' : `/c/${id}`, ...options }) {
        const plain = before === undefined && Object.keys(options).every((name) => name === 'as')
        const context = (plain && idle.pop()) || (await newContext(options))
        opened.push({ context, plain })
        await before?.(context)
        const page = await openPage(by ?? site.server, { ...options, path, within: context })
        if (id !== undefined) await screen.log(page).waitFor()
        return page
      },
    }
    tests(site)
  })
}

/** Ready for another test: a profile that has loaded the client once starts it in half the time. */
async function emptied(context: BrowserContext, { url }: { url: string }): Promise<BrowserContext> {
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  await context.clearCookies()
  const [page = await context.newPage(), ...others] = context.pages()
  await page.goto('about:blank')
  const browser = await context.newCDPSession(page)
  await browser.send('Storage.clearDataForOrigin', { origin: url, storageTypes: 'local_storage,indexeddb' })
  for (const other of [page, ...others]) await other.close()
  return context
}

/** Sends as a program does. */
export async function send(person: TestPerson, conversationId: string, body: string): Promise<string> {
  return (await person.trpc.messages.send.mutate({ id: newId(), conversationId, body })).id
}

function first(people: TestPerson[]): TestPerson {
  if (people[0] === undefined) throw new Error('nobody was named')
  return people[0]
}
