import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openPage, takeProblems } from '../support/browser'
import { describeWith } from '../support/require'
import { bodies, reaches, say, screen } from '../support/screen'
import { until } from '../support/until'
import { startBehindWire, type WiredSite } from '../support/wire'

describeWith('chromium', 'two people chat', () => {
  let site: WiredSite
  let ada: Page
  let ben: Page

  beforeAll(async () => {
    site = await startBehindWire()
  }, 60_000)
  afterAll(async () => {
    for (const page of [ada, ben]) await page?.context().close()
    await site.server.stop()
    site.wire[Symbol.dispose]()
  })
  afterEach(() => expect(takeProblems()).toEqual([]))

  async function signUp(name: string): Promise<Page> {
    const page = await openPage(site, { path: '/signup' })
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Make my account' }).click()
    await page.getByRole('button', { name: 'Start a conversation' }).waitFor()
    return page
  }

  test('they sign up, one opens a direct conversation, and they talk both ways, with ticks up to read', async () => {
    ada = await signUp('Ada Lind')
    ben = await signUp('Ben Okafor')

    await ada.getByRole('button', { name: 'Start a conversation' }).click()
    await ada.getByRole('button', { name: /Ben Okafor/ }).click()
    await ada.getByRole('button', { name: 'Start writing' }).click()
    await say(ada, 'Hello Ben')

    await screen
      .sidebar(ben)
      .getByRole('link', { name: /Ada Lind/ })
      .click()
    await screen.message(ben, 'Hello Ben').waitFor()
    await reaches(ada, 'Hello Ben', 'read')
    await say(ben, 'Hello Ada')
    await screen.message(ada, 'Hello Ada').waitFor()
    await reaches(ben, 'Hello Ada', 'read')
    for (const page of [ada, ben]) expect(await bodies(page)).toEqual(['Hello Ben', 'Hello Ada'])
  }, 60_000)

  test('a reload shows the same', async () => {
    for (const page of [ada, ben]) {
      await page.reload()
      await screen.message(page, 'Hello Ada').waitFor()
      expect(await bodies(page)).toEqual(['Hello Ben', 'Hello Ada'])
    }
    await reaches(ada, 'Hello Ben', 'read')
  }, 30_000)

  test('item 5: what is typed offline is queued, survives a reload, and goes out once and in order when the network is back', async () => {
    // Sends are cut off, not the page's own files, which come from the server: and on the wire, where
    // nothing gets by while a page is being loaded.
    const cut = site.wire.ban('/trpc/messages.send')
    await say(ada, 'first from the train')
    await say(ada, 'second from the train')
    await ada.reload()
    await screen.message(ada, 'second from the train').waitFor()
    expect((await bodies(ada)).slice(-2)).toEqual(['first from the train', 'second from the train'])
    expect(await screen.state(screen.message(ada, 'first from the train'))).toBe('queued')

    cut[Symbol.dispose]()
    await reaches(ada, 'second from the train', 'read')
    const all = ['Hello Ben', 'Hello Ada', 'first from the train', 'second from the train']
    for (const page of [ada, ben]) await until(async () => (await bodies(page)).join() === all.join())
  }, 30_000)

  test('item 5: offline, with everything cut, a message waits and is delivered once after the reconnect', async () => {
    await ada.context().setOffline(true)
    await say(ada, 'from the tunnel')
    await ada.context().setOffline(false)
    await reaches(ada, 'from the tunnel', 'read')
    expect((await bodies(ben)).filter((body) => body === 'from the tunnel')).toHaveLength(1)
    expect((await bodies(ada)).filter((body) => body === 'from the tunnel')).toHaveLength(1)
  }, 30_000)
})
