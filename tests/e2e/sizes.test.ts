import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { screen } from '../support/screen'
import { describeSite, send } from '../support/site'

describeSite('sizes', (site) => {
  const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'

  /** What is wider than its window, or than the scrolling part it is in. */
  const sideways = (page: Page) =>
    page.evaluate(() =>
      [document.documentElement, document.body, ...document.querySelectorAll('.scrolls')]
        .filter(
          (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== 'visible',
        )
        .map((part) => `${part.tagName} ${part.className} ${part.scrollWidth} > ${part.clientWidth}`),
    )

  /** Controls that stick out of the window: `overflow: hidden` would hide them from the measure above. */
  const cutOff = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, textarea, h1, h2, article')]
        .map((part) => ({ part, box: part.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && box.height > 1 && (box.right > innerWidth + 1 || box.left < -1))
        .map(({ part, box }) => `${part.tagName} ${part.textContent} ${box.left} to ${box.right}`),
    )

  async function channel() {
    const ada = await site.person('Ada Lind')
    const ben = await site.person(`Ben ${'Okafor'.repeat(9)}`)
    const id = await site.channel(LONG, ada, ben)
    await send(ada, id, `${LONG}${LONG} https://example.org/${'path/'.repeat(40)}`)
    await send(ben, id, 'and a short one')
    return { ada, id }
  }

  const narrow = {
    'at a width of 320': { viewport: { width: 320, height: 640 } },
    'at 200 % of 1280': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  }
  for (const [how, options] of Object.entries(narrow))
    test(`item 77: ${how} nothing scrolls sideways`, async () => {
      const { ada, id } = await channel()
      const page = await site.open({ as: ada, ...options })
      const views = ['/', `/c/${id}`, '/nowhere']
      for (const path of views) {
        await page.goto(`${site.server.url}${path}`)
        await page.locator('main, nav').first().waitFor({ state: 'attached' })
        if (path.startsWith('/c/')) await screen.message(page, 'and a short one').waitFor()
        expect([path, ...(await sideways(page)), ...(await cutOff(page))]).toEqual([path])
      }
      await page.goto(`${site.server.url}/`)
      await page.getByRole('button', { name: 'New message' }).click()
      await page.getByRole('dialog').waitFor()
      expect([...(await sideways(page)), ...(await cutOff(page))]).toEqual([])
      await page.context().clearCookies()
      for (const path of ['/login', '/signup']) {
        await page.goto(`${site.server.url}${path}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        expect([path, ...(await sideways(page)), ...(await cutOff(page))]).toEqual([path])
      }
      const zoom = await page.locator('meta[name="viewport"]').getAttribute('content')
      expect(zoom).not.toMatch(/maximum-scale|user-scalable/)
    }, 60_000)

  /** What fingers can't hit: links within a sentence aside, as in WCAG 2.5.8. */
  const tooSmall = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, a, input, textarea, [role^="menuitem"]')]
        .filter((part) => part.checkVisibility() && part.closest('[aria-hidden="true"], .sr-only') === null)
        .filter((part) => !(part.matches('a') && part.closest('p, article') !== null))
        .map((part) => ({ part, box: (part.closest('label') ?? part).getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && (box.width < 43.5 || box.height < 43.5))
        .map(
          ({ part, box }) =>
            `${part.getAttribute('aria-label') ?? part.textContent}: ${box.width} × ${box.height}`,
        ),
    )

  const smallText = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll('input:not([type="radio"]), textarea')]
        .filter((field) => Number.parseFloat(getComputedStyle(field).fontSize) < 16)
        .map((field) => field.getAttribute('aria-label') ?? field.getAttribute('name') ?? field.outerHTML),
    )

  test('item 82: on a touch screen fields have 16 px and targets 44 px', async () => {
    const { ada, id } = await channel()
    const page = await site.open({ as: ada, viewport: { width: 390, height: 780 }, hasTouch: true })
    const fits = async (where: string) =>
      expect([where, ...(await tooSmall(page)), ...(await smallText(page))]).toEqual([where])
    await screen.sidebar(page).getByRole('link').first().waitFor()
    await fits('the list')
    await page.getByRole('button', { name: /^Ada Lind/ }).tap()
    await page.getByRole('menu').waitFor()
    await fits('the menu')
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    for (const [button, entry] of [
      ['New message', null],
      ['Add a channel', 'New channel'],
      ['Add a channel', 'Browse channels'],
    ] as const) {
      await page.getByRole('button', { name: button }).tap()
      if (entry !== null) await page.getByRole('menuitem', { name: entry }).tap()
      await page.getByRole('dialog').waitFor()
      await page.getByRole('dialog').getByRole('listitem').first().waitFor()
      await fits(entry ?? button)
      await page.getByRole('button', { name: 'Close' }).tap()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await page.goto(`${site.server.url}/c/${id}`)
    await screen.message(page, 'and a short one').waitFor()
    await fits('a conversation')
    await page.context().clearCookies()
    for (const path of ['/login', '/signup']) {
      await page.goto(`${site.server.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await fits(path)
    }
  }, 60_000)
})
