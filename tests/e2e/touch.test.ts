import { expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { screen } from '../support/screen'
import { describeSite, send, TIMEOUT } from '../support/site'

describeSite('touch', (site) => {
  /** A finger that stays on the message until its menu is there. */
  async function press(page: Page, message: Locator) {
    const box = await message.boundingBox()
    if (box === null) throw new Error('the message is not on the screen')
    const finger = await page.context().newCDPSession(page)
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
    await page.getByRole('menu').waitFor()
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await finger.detach()
  }

  test(
    'a message that is held opens its menu, and nothing floats over the list when that is closed',
    async () => {
      const ada = await site.person('Ada Lind')
      const ben = await site.person('Ben Okafor')
      const id = await site.channel('alpha', ada, ben)
      for (const body of ['the first', 'the second', 'the third']) await send(ben, id, body)
      const page = await site.open({ as: ada, id, viewport: { width: 390, height: 780 }, hasTouch: true })
      const message = screen.message(page, 'the second')
      await press(page, message)
      await page.getByRole('menuitem', { name: 'Copy text' }).tap()
      await page.getByRole('menu').waitFor({ state: 'detached' })
      expect(await page.getByRole('toolbar').count()).toBe(0)
    },
    TIMEOUT,
  )

  test(
    'with a keyboard the actions of a message are there as soon as it has the focus',
    async () => {
      const ada = await site.person('Ada Lind')
      const id = await site.channel('alpha', ada)
      for (const body of ['the first', 'the second']) await send(ada, id, body)
      const page = await site.open({ as: ada, id })
      await screen.message(page, 'the second').waitFor()
      await screen.composer(page).press('Shift+Tab')
      await screen.message(page, 'the second').getByRole('toolbar').waitFor()
    },
    TIMEOUT,
  )
})
