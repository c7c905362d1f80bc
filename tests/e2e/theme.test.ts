import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { hold, screen } from '../support/screen'
import { describeSite } from '../support/site'
import { until } from '../support/until'

describeSite('theme', (site) => {
  const theme = (page: Page) => page.locator('html').getAttribute('data-theme')
  const background = (page: Page) =>
    page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d')
      if (canvas === null) throw new Error('no canvas')
      canvas.fillStyle = getComputedStyle(document.body).backgroundColor
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0] = canvas.getImageData(0, 0, 1, 1).data
      return red < 128 ? 'dark' : 'light'
    })

  /** Loads the page with its program held back: what is to be seen then is what is painted first. */
  async function firstPaint(page: Page): Promise<string> {
    const held = await hold(page, '**/assets/*.js')
    await page.reload({ waitUntil: 'commit' })
    await until(() => held.count > 0)
    await page.waitForFunction(() => document.styleSheets.length > 0 && document.body !== null)
    const painted = await background(page)
    await held.end()
    await screen.log(page).waitFor()
    expect(await background(page)).toBe(painted)
    return painted
  }

  test('item 85: the theme is that of the system, or the one chosen, from the first paint on', async () => {
    const ada = await site.person('Ada Lind')
    const id = await site.direct(ada)
    const page = await site.open({ as: ada, id, colorScheme: 'dark' })
    expect(await firstPaint(page)).toBe('dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await until(async () => (await theme(page)) === 'light')
    expect(await firstPaint(page)).toBe('light')

    await page.getByRole('button', { name: /Ada Lind/ }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click()
    await until(async () => (await theme(page)) === 'dark')
    expect(await background(page)).toBe('dark')
    expect(await firstPaint(page)).toBe('dark')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await theme(page)).toBe('dark')
  }, 60_000)

  test('item 85: a policy without inline scripts or styles stands, and no page breaks it', async () => {
    const ada = await site.person('Ada Lind')
    const id = await site.direct(ada)
    const page = await site.open({ as: ada, path: '/' })
    const response = await page.goto(`${site.server.url}/c/${id}`)
    const policy = response?.headers()['content-security-policy'] ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe-inline')
    // What breaks it is told on the console and fails the test at its end: see `takeProblems`.
    await screen.composer(page).waitFor()
  }, 60_000)
})
