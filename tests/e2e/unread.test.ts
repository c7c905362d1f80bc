import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { say, screen } from '../support/screen'
import { seed } from '../support/seed'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'

describeSite('unread', (site) => {
  async function twoPeople() {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const alpha = await site.channel('alpha', ada, ben)
    const beta = await site.channel('beta', ada, ben)
    return { ada, ben, alpha, beta }
  }

  /** What the sidebar says of a conversation. */
  const said = (page: Page, title: string) => screen.entry(page, title).getAttribute('aria-label')
  const says = (page: Page, words: string) =>
    screen.sidebar(page).getByRole('link', { name: words, exact: true }).waitFor()

  /** The message right below the "New" divider. */
  const firstNew = (page: Page) =>
    screen.divider(page).evaluate((divider) => {
      const under = divider.getBoundingClientRect().bottom
      const rows = [...document.querySelectorAll('article')]
      const below = rows.filter((row) => row.getBoundingClientRect().top >= under - 1)
      const next = below.toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0]
      return next?.querySelector('[dir="auto"]')?.textContent
    })

  test('item 32: a conversation opens at its first unread message, below a divider, and at its end when there is none', async () => {
    const { ada, ben, alpha, beta } = await twoPeople()
    const lines = (word: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({ senderId: ben.user.id, body: `${word} ${n + 1} of many` }))
    await seed(site.server, { conversationId: alpha, messages: lines('old', 60), readBy: [ada.user.id] })
    await seed(site.server, { conversationId: alpha, messages: lines('new', 80) })
    await seed(site.server, { conversationId: beta, messages: lines('known', 60), readBy: [ada.user.id] })

    const page = await site.open({ as: ada, id: alpha })
    await screen.message(page, 'new 1 of').waitFor()
    expect(await firstNew(page)).toBe('new 1 of many')
    const place = await screen.message(page, 'new 1 of').boundingBox()
    const log = await screen.log(page).boundingBox()
    expect(place?.y ?? 0).toBeGreaterThan(log?.y ?? 0)
    expect(place?.y ?? 0).toBeLessThan((log?.y ?? 0) + (log?.height ?? 0) / 2)

    await screen.entry(page, 'beta').click()
    await screen.message(page, 'known 60 of').waitFor()
    expect(await screen.divider(page).count()).toBe(0)
    const last = await screen.message(page, 'known 60 of').boundingBox()
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual((log?.y ?? 0) + (log?.height ?? 0))
  }, 60_000)

  test('item 45: a message is read only once the window has the focus, is visible and shows it', async () => {
    const { ada, ben, alpha } = await twoPeople()
    const page = await site.open({ as: ada, id: alpha })
    const bens = await ben.connect()
    const readUpTo = () =>
      Math.max(
        0,
        ...bens.events.map((event) =>
          event.type === 'receipt' && event.userId === ada.user.id ? event.read : 0,
        ),
      )
    // Every page of this browser has the focus, so the page is told that it has not.
    const attention = (seen: { focus: boolean; visible: boolean }) =>
      page.evaluate(({ focus, visible }) => {
        document.hasFocus = () => focus
        const state = visible ? 'visible' : 'hidden'
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
        document.dispatchEvent(new Event('visibilitychange'))
        dispatchEvent(new Event(focus ? 'focus' : 'blur'))
      }, seen)

    for (const away of [
      { focus: false, visible: true },
      { focus: true, visible: false },
    ]) {
      await attention(away)
      const body = `while ${JSON.stringify(away)}`
      const id = await send(ben, alpha, body)
      await screen.message(page, body).waitFor({ state: 'attached' })
      await says(page, 'alpha, 1 unread')
      // Delivered is told at once, and would tell of the reading with it.
      const seq = await until(() =>
        bens.events.find((event) => event.type === 'message' && event.message.id === id && event.seq),
      )
      if (!('seq' in seq)) throw new Error('a message has a seq')
      await bens.next(
        (event) => event.type === 'receipt' && event.userId === ada.user.id && event.delivered >= seq.seq,
      )
      expect(readUpTo()).toBeLessThan(seq.seq)
      await attention({ focus: true, visible: true })
      await says(page, 'alpha')
      await until(() => readUpTo() === seq.seq)
    }
    bens.close()
  }, 60_000)

  test('item 46: what is marked as unread stays so on screen, on every device, until one comes back to it', async () => {
    const { ada, ben, alpha, beta } = await twoPeople()
    for (const body of ['one', 'two', 'three']) await send(ben, alpha, body)
    await send(ada, alpha, 'my own')
    const page = await site.open({ as: ada, id: alpha })
    const device = await site.open({ as: ada, id: beta })
    await says(device, 'alpha')
    expect(await screen.divider(page).count()).toBe(0)

    await screen.message(page, 'two').hover()
    await screen.message(page, 'two').getByRole('button', { name: 'Mark unread' }).click()
    for (const each of [page, device]) await says(each, 'alpha, 3 unread')
    expect(await firstNew(page)).toBe('two')
    // What comes on screen now is not read either, and neither is what one looks at again.
    await send(ben, alpha, 'four')
    await screen.message(page, 'four').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    for (const each of [page, device]) await says(each, 'alpha, 4 unread')

    await screen.entry(page, 'beta').click()
    await screen.header(page).getByText('beta').waitFor()
    await says(page, 'alpha, 4 unread')
    await screen.entry(page, 'alpha').click()
    await screen.message(page, 'four').waitFor()
    expect(await firstNew(page)).toBe('two')
    for (const each of [page, device]) await says(each, 'alpha')

    // One's own message can be marked as well, and writing is reading.
    await screen.message(page, 'my own').hover()
    await screen.message(page, 'my own').getByRole('button', { name: 'Mark unread' }).click()
    await says(device, 'alpha, 2 unread')
    expect(await firstNew(page)).toStartWith('my own')
    await say(page, 'done with it')
    for (const each of [page, device]) await says(each, 'alpha')
  }, 60_000)

  test('item 47: two tabs and a second device agree on what is unread, and on what is not any more', async () => {
    const { ada, ben, alpha, beta } = await twoPeople()
    const tab = await site.open({ as: ada, id: beta })
    const device = await site.open({ as: ada, id: beta })
    const other = await tab.context().newPage()
    await other.goto(tab.url())
    await screen.log(other).waitFor()
    for (const body of ['one', 'two', 'three']) await send(ben, alpha, body)
    for (const page of [tab, other, device]) await says(page, 'alpha, 3 unread')
    expect(await device.title()).toBe('(3) beta · Confab')
    await screen.entry(other, 'alpha').click()
    for (const page of [tab, other, device]) await says(page, 'alpha')
  }, 60_000)

  test('item 48: own messages and edits, here or from elsewhere, leave nothing unread', async () => {
    const { ada, ben, alpha, beta } = await twoPeople()
    const old = await send(ben, alpha, 'known for long')
    await seed(site.server, { conversationId: alpha, messages: [], readBy: [ada.user.id] })
    const page = await site.open({ as: ada, id: beta })
    await says(page, 'alpha')
    await ben.trpc.messages.edit.mutate({ id: old, body: 'known for long, put better' })
    const mine = await send(ada, alpha, 'from her telephone')
    await ada.trpc.messages.edit.mutate({ id: mine, body: 'from her telephone, edited' })
    await ben.trpc.messages.delete.mutate({ id: old })
    // The log is told in order: when this is counted, everything before it has been.
    await send(ben, alpha, 'the first that is new')
    await screen
      .sidebar(page)
      .getByRole('link', { name: /alpha, \d+ unread/ })
      .waitFor()
    expect(await said(page, 'alpha')).toBe('alpha, 1 unread')
    await screen.entry(page, 'alpha').click()
    await screen.message(page, 'the first that is new').waitFor()
    expect(await firstNew(page)).toBe('the first that is new')
    await says(page, 'alpha')
  }, 60_000)

  test('item 49: the divider stays where it is while one reads, and is gone when one comes back', async () => {
    const { ada, ben, alpha } = await twoPeople()
    for (const body of ['new one', 'new two']) await send(ben, alpha, body)
    const page = await site.open({ as: ada, id: alpha })
    await says(page, 'alpha')
    expect(await firstNew(page)).toBe('new one')
    await send(ben, alpha, 'came while reading')
    await send(ada, alpha, 'answered from elsewhere')
    await screen.message(page, 'answered from elsewhere').waitFor()
    expect(await screen.divider(page).count()).toBe(1)
    expect(await firstNew(page)).toBe('new one')
    await screen.entry(page, 'beta').click()
    await screen.header(page).getByText('beta').waitFor()
    await screen.entry(page, 'alpha').click()
    await screen.message(page, 'new one').waitFor()
    expect(await screen.divider(page).count()).toBe(0)
  }, 60_000)
})
