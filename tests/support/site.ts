import { afterAll, afterEach, beforeAll, expect } from 'bun:test'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { newId } from '../../src/lib/ids'
import { newContext, type PageOptions, signIn, startSite, takeProblems, VIEWPORT } from './browser'
import { signUp, type TestPerson } from './client'
import { describeWith } from './require'
import { screen } from './screen'
import type { TestServer } from './server'

/** For tests in a browser: the machine may be busy, and only a failing test waits this long. */
export const TIMEOUT = 60_000

interface OpenOptions extends PageOptions {
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
    const opened: { page: Page; plain: boolean }[] = []
    const idle: Page[] = []

    beforeAll(async () => {
      running = await start()
      // The first account owns the server; whoever comes later is like everybody else.
      await signUp(running, 'Olga Owner')
    }, TIMEOUT)
    afterEach(async () => {
      for (const { page, plain } of opened.splice(0)) {
        if (plain && !page.isClosed()) idle.push(await emptied(page, site.server))
        else await page.context().close()
      }
      expect(takeProblems()).toEqual([])
    }, TIMEOUT)
    afterAll(async () => {
      for (const page of idle) await page.context().close()
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
      async open({ as, id, before, by, path = id === undefined ? '/' : `/c/${id}`, ...options }) {
        const plain = before === undefined && Object.keys(options).length === 0
        const page = (plain && idle.pop()) || (await newPage(options, before))
        opened.push({ page, plain })
        if (as !== undefined) await signIn(page.context(), site.server, as)
        await page.goto(`${(by ?? site.server).url}${path}`)
        if (id !== undefined) await screen.log(page).waitFor()
        return page
      },
    }
    tests(site)
  })
}

async function newPage(options: BrowserContextOptions, before: OpenOptions['before']): Promise<Page> {
  const context = await newContext(options)
  await before?.(context)
  return context.newPage()
}

/** Ready for another test: a profile that has loaded the client once starts it in half the time. */
async function emptied(page: Page, { url }: { url: string }): Promise<Page> {
  const context = page.context()
  for (const other of context.pages()) if (other !== page) await other.close()
  for (const part of [page, context]) await part.unrouteAll({ behavior: 'ignoreErrors' })
  await page.goto('about:blank')
  const browser = await context.newCDPSession(page)
  await browser.send('Storage.clearDataForOrigin', {
    origin: url,
    storageTypes: 'cookies,local_storage,indexeddb',
  })
  await browser.detach()
  await page.setViewportSize(VIEWPORT)
  await page.emulateMedia({ colorScheme: null })
  return page
}

/** Sends as a program does. */
export async function send(person: TestPerson, conversationId: string, body: string): Promise<string> {
  return (await person.trpc.messages.send.mutate({ id: newId(), conversationId, body })).id
}

function first(people: TestPerson[]): TestPerson {
  if (people[0] === undefined) throw new Error('nobody was named')
  return people[0]
}
