import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newId } from '../../src/lib/ids'
import { client } from '../support/client'
import { hasFocus, hold, screen } from '../support/screen'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'

describeSite('navigation', (site) => {
  async function inChannels() {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const ids: Record<'alpha' | 'beta' | 'gamma', string> = {
      alpha: await site.channel('alpha', ada, ben),
      beta: await site.channel('beta', ada, ben),
      gamma: await site.channel('gamma', ada, ben),
    }
    return { ada, ben, ids }
  }

  const isOpen = async (page: Page, title: string) => {
    await screen.header(page).getByText(title, { exact: true }).waitFor()
    expect(await screen.entry(page, title).getAttribute('aria-current')).toBe('page')
  }

  test('item 54: Alt and arrows go to the channel below and above, with Shift to the next unread one', async () => {
    const { ada, ben, ids } = await inChannels()
    const page = await site.open({ as: ada, id: ids.alpha })
    await until(() => hasFocus(screen.composer(page)))
    await page.keyboard.press('Alt+ArrowDown')
    await isOpen(page, 'beta')
    await page.keyboard.press('Alt+ArrowDown')
    await isOpen(page, 'gamma')
    await page.keyboard.press('Alt+ArrowUp')
    await isOpen(page, 'beta')
    await page.keyboard.press('Alt+ArrowUp')
    await isOpen(page, 'alpha')
    await send(ben, ids.gamma, 'over here')
    await screen.sidebar(page).getByRole('link', { name: 'gamma, 1 unread' }).waitFor()
    await page.keyboard.press('Alt+Shift+ArrowDown')
    await isOpen(page, 'gamma')
    await send(ben, ids.alpha, 'and here')
    await screen.sidebar(page).getByRole('link', { name: 'alpha, 1 unread' }).waitFor()
    await page.keyboard.press('Alt+Shift+ArrowUp')
    await isOpen(page, 'alpha')
  }, 60_000)

  test('item 56: a click on a channel selects it and shows its header while the server takes its time', async () => {
    const { ada, ben, ids } = await inChannels()
    await send(ben, ids.beta, 'worth the wait')
    const page = await site.open({ as: ada, id: ids.alpha })
    const held = await hold(page, /\/trpc\//)
    await screen.entry(page, 'gamma').click()
    await isOpen(page, 'gamma')
    expect(await page.getByRole('textbox', { name: 'Message #gamma' }).isVisible()).toBe(true)
    expect(await screen.log(page).count()).toBe(0)
    await held.end()
    await screen.log(page).waitFor()
  }, 60_000)

  test('item 59: every view has an address, a link opens in a new tab, and a wrong address says so', async () => {
    const { ada, ids } = await inChannels()
    const page = await site.open({ as: ada, id: ids.alpha })
    await screen.entry(page, 'beta').click()
    await page.waitForURL(`**/c/${ids.beta}`)
    await page.goBack()
    await isOpen(page, 'alpha')
    const opening = page.context().waitForEvent('page')
    await screen.entry(page, 'gamma').click({ modifiers: ['Control'] })
    const tab = await opening
    await isOpen(tab, 'gamma')
    expect(new URL(tab.url()).pathname).toBe(`/c/${ids.gamma}`)
    await isOpen(page, 'alpha')
    for (const wrong of [`/c/${newId()}`, '/nowhere']) {
      await tab.goto(`${site.server.url}${wrong}`)
      await tab.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    }
  }, 60_000)

  test('item 59: who is signed out comes to the page they asked for after signing in', async () => {
    const ada = await site.person('Ada Lind')
    const username = `u${newId().replaceAll('-', '').slice(8)}`
    const password = 'correct horse battery'
    const { user } = await client(site.server).accounts.signUp.mutate({
      username,
      password,
      displayName: 'Cem',
    })
    const { conversation } = await ada.trpc.conversations.create.mutate({
      kind: 'private',
      name: 'alpha',
      memberIds: [user.id],
    })
    const page = await site.open({ path: `/c/${conversation.id}` })
    await page.waitForURL('**/login?next=*')
    await page.getByRole('link', { name: 'Make an account' }).click()
    await page.getByRole('heading', { name: 'Make an account' }).waitFor()
    await page.goBack()
    await page.getByLabel('User name').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`**/c/${conversation.id}`)
    await isOpen(page, 'alpha')
  }, 60_000)

  test('item 83: on a phone there is one pane, and back goes from the channel to the list', async () => {
    const { ada, ids } = await inChannels()
    const phone = { viewport: { width: 390, height: 780 }, hasTouch: true }
    const page = await site.open({ as: ada, ...phone })
    const list = screen.sidebar(page)
    const inChannel = async () => {
      await screen.log(page).waitFor()
      expect(await list.isVisible()).toBe(false)
      expect(new URL(page.url()).pathname).toBe(`/c/${ids.beta}`)
    }
    const inList = async () => {
      await list.waitFor()
      expect(await page.getByRole('main').isVisible()).toBe(false)
      expect(new URL(page.url()).pathname).toBe('/')
    }
    await inList()
    await screen.entry(page, 'beta').tap()
    await inChannel()
    // The list was there before, so going back is enough, and it does not grow the history.
    await page.goBack()
    await inList()
    const steps = await page.evaluate(() => history.length)
    await screen.entry(page, 'beta').tap()
    await inChannel()
    await page.getByRole('button', { name: 'Back to the list' }).tap()
    await inList()
    expect(await page.evaluate(() => history.length)).toBe(steps)
    await page.goto(`${site.server.url}/c/${ids.beta}`)
    await inChannel()
    await page.getByRole('button', { name: 'Back to the list' }).tap()
    await inList()
  }, 60_000)
})
