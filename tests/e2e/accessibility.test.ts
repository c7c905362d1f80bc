import { expect, test } from 'bun:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { say, screen } from '../support/screen'
import { manyMessages, seed } from '../support/seed'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'

describeSite('accessibility', (site) => {
  /** Serious and critical findings of axe. The second theme changes colours alone, so only those are looked at again. */
  async function findings(page: Page, part = 'html'): Promise<string[]> {
    const all: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor()
      // Legacy mode opens no window of its own for every look.
      const axe = new AxeBuilder({ page })
        .include(part)
        .setLegacyMode()
        .options({ resultTypes: ['violations'] })
      const { violations } = await (colorScheme === 'light' ? axe : axe.withRules('color-contrast')).analyze()
      for (const { id, impact, nodes } of violations)
        if (impact === 'serious' || impact === 'critical')
          all.push(
            ...nodes.map(({ target, failureSummary }) => `${colorScheme} ${id} ${target} ${failureSummary}`),
          )
    }
    return all
  }

  /** An owner in a channel with something of everything in it. */
  async function fullChannel() {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    await site.server.deps.sql`UPDATE users SET role = 'admin' WHERE id = ${ada.user.id}`
    const id = await site.channel('alpha', ada, ben)
    const messages = manyMessages(4, [ada.user.id, ben.user.id])
    await seed(site.server, { conversationId: id, messages, readBy: [ada.user.id] })
    await send(ben, id, 'unread, with a link: https://example.org/ and more')
    const own = await send(ada, await site.channel('beta', ada, ben), 'elsewhere')
    await ada.trpc.messages.edit.mutate({ id: own, body: 'elsewhere, edited' })
    return { ada, ben, id }
  }

  test('item 70: axe finds nothing serious in signing in and up, in either theme', async () => {
    for (const path of ['/login', '/signup']) {
      const page = await site.open({ path })
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await findings(page)).toEqual([])
    }
  }, 60_000)

  test('item 70: axe finds nothing serious in a conversation, its menus and its failures, in either theme', async () => {
    const { ada, ben, id } = await fullChannel()
    const page = await site.open({ as: ada, id })
    await screen.divider(page).waitFor()
    await ben.trpc.typing.notify.mutate({ conversationId: id })
    await page.route('**/trpc/messages.send**', (route) => route.fulfill({ status: 413, body: 'too much' }))
    await say(page, 'refused')
    await page.getByText('Not sent.').waitFor()
    await screen.composer(page).fill('x'.repeat(8_001))
    await screen.message(page, 'unread, with a link').hover()
    await page.getByRole('toolbar').waitFor()
    expect(await findings(page)).toEqual([])
    for (const name of ['More about this channel', 'Add a channel', /^Ada Lind/]) {
      await page.getByRole('button', { name }).click()
      await page.getByRole('menu').waitFor()
      expect(await findings(page, '[role="menu"]')).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('menu').waitFor({ state: 'detached' })
    }
  }, 60_000)

  test('item 70: axe finds nothing serious in any dialog, in either theme', async () => {
    const { ada, id } = await fullChannel()
    const page = await site.open({ as: ada, id })
    const pick = async (menu: string | RegExp, entry: string) => {
      await page.getByRole('button', { name: menu }).click()
      await page.getByRole('menuitem', { name: entry, exact: true }).click()
    }
    const dialogs: Record<string, () => Promise<void>> = {
      'New message': () => page.getByRole('button', { name: 'New message' }).click(),
      'New channel': () => pick('Add a channel', 'New channel'),
      'Browse channels': () => pick('Add a channel', 'Browse channels'),
      'Invite people': () => pick(/^Ada Lind/, 'Invite people'),
      'People in alpha': () => pick('More about this channel', 'People'),
      'Add people to alpha': () => pick('More about this channel', 'Add people'),
      'Rename the channel': () => pick('More about this channel', 'Rename'),
      'Leave alpha?': () => pick('More about this channel', 'Leave'),
      'Delete this message?': async () => {
        await screen.message(page, '(1)').hover()
        await screen.message(page, '(1)').getByRole('button', { name: 'Delete' }).click()
      },
    }
    for (const [title, open] of Object.entries(dialogs)) {
      await open()
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.waitFor()
      expect([title, ...(await findings(page, '[role="dialog"]'))]).toEqual([title])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
  }, 120_000)

  test('item 71: the list is a silent log with a name, and others’ messages are announced apart, in sums when many come', async () => {
    const { ada, ben, id } = await fullChannel()
    const page = await site.open({ as: ada, id, before: (context) => context.clock.install() })
    await screen.divider(page).waitFor()
    expect(await screen.log(page).getAttribute('aria-label')).toBe('Messages in alpha')
    expect(await screen.log(page).getAttribute('aria-live')).toBe('off')
    const announcer = page.locator('[data-announcer]')
    expect(await announcer.getAttribute('aria-live')).toBe('polite')
    const spoken = () => announcer.locator('p').allTextContents()
    expect(await spoken()).toEqual([])

    await send(ada, id, 'from her other device')
    await say(page, 'from here')
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 5_000)
    for (let n = 1; n <= 6; n++) await send(ben, id, `words ${n}`)
    await until(async () => {
      await page.clock.runFor(1)
      return (await screen.message(page, 'words 6').count()) > 0
    })
    await until(async () => (await spoken()).length === 3)
    expect(await spoken()).toEqual(['Ben Okafor: words 1', 'Ben Okafor: words 2', 'Ben Okafor: words 3'])
    await page.clock.runFor(2_000)
    expect(await spoken()).toEqual(['3 more new messages'])
  }, 60_000)

  test('item 72: loading older messages and scrolling announce nothing', async () => {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const id = await site.channel('alpha', ada, ben)
    const readBy = [ada.user.id]
    await seed(site.server, { conversationId: id, messages: manyMessages(200, [ben.user.id]), readBy })
    const page = await site.open({ as: ada, id })
    await page.evaluate(watchLiveRegions)
    await screen.log(page).hover()
    await until(async () => {
      await page.mouse.wheel(0, -3_000)
      return (await screen.message(page, '(1)').count()) > 0
    })
    expect(await page.evaluate(() => Reflect.get(window, 'announced'))).toEqual([])
  }, 60_000)
})

/** Runs in the page: notes what changes inside of anything that a screen reader follows. */
function watchLiveRegions() {
  const announced: string[] = []
  Reflect.set(window, 'announced', announced)
  const isLive = (node: Node) => {
    const element = node instanceof Element ? node : node.parentElement
    const region = element?.closest('[aria-live], [role="status"], [role="alert"], [role="log"]')
    if (region == null) return false
    const politeness = region.getAttribute('aria-live') ?? 'implied by its role'
    return politeness !== 'off'
  }
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      const changed = type === 'childList' ? [...addedNodes] : [target]
      const inner = changed.flatMap((node) =>
        node instanceof Element ? [node, ...node.querySelectorAll('*')] : [node],
      )
      for (const node of inner)
        if (isLive(node) && node.textContent !== '') announced.push(node.textContent ?? '')
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
}
