import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { screen } from '../support/screen'
import { manyMessages, seed } from '../support/seed'
import { describeSite } from '../support/site'
import { until } from '../support/until'

describeSite('days and groups', (site) => {
  /** Rows from top to bottom: days as they are named, messages by their first word, with a star where the author is. */
  const rows = (page: Page) =>
    screen.log(page).evaluate((log) =>
      [...log.querySelectorAll('[data-index]')]
        .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .flatMap((row) => {
          const body = row.querySelector('article [dir="auto"]')
          if (body === null) return row.querySelector('article, h2') === null ? [row.textContent] : []
          const author = /Ada Lind|Ben Okafor/.test(row.querySelector('article')?.textContent ?? '')
          return [`${author ? '*' : ''}${body.firstChild?.textContent}`]
        }),
    )

  test('item 40: one author is named once within five minutes, and a day begins at the reader’s own midnight', async () => {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const id = await site.channel('alpha', ada, ben)
    const readBy = [ada.user.id]
    const says = (person: typeof ada, time: string, body: string) => ({
      senderId: person.user.id,
      body,
      at: new Date(time),
    })
    const { sql } = site.server.deps
    await sql`UPDATE events SET at = '2020-01-14T18:00:00Z' WHERE conversation_id = ${id}`
    // The browsers are in Berlin, an hour ahead.
    const messages = [
      says(ada, '2020-01-14T20:00:00Z', 'one'),
      says(ada, '2020-01-14T20:04:59Z', 'two'),
      says(ada, '2020-01-14T20:10:00Z', 'three'),
      says(ben, '2020-01-14T20:11:00Z', 'four'),
      says(ada, '2020-01-14T20:12:00Z', 'five'),
      says(ada, '2020-01-14T22:58:00Z', 'before'),
      says(ada, '2020-01-14T23:02:00Z', 'after'),
      says(ada, '2020-01-15T22:59:59Z', 'late'),
    ]
    await seed(site.server, { conversationId: id, messages, readBy })
    const page = await site.open({ as: ada, id })
    await screen.message(page, 'late').waitFor()
    const shown = await rows(page)
    expect(shown.slice(shown.indexOf('*one'))).toEqual([
      '*one',
      'two',
      '*three',
      '*four',
      '*five',
      '*before',
      '15 January 2020',
      '*after',
      '*late',
    ])
    expect(shown.filter((row) => row === '14 January 2020')).toHaveLength(1)
  }, 60_000)

  test('item 40: while one scrolls the day being read stands at the top', async () => {
    const ada = await site.person('Ada Lind')
    const id = await site.direct(ada)
    await site.server.deps.sql`UPDATE events SET at = '2020-01-13T12:00:00Z' WHERE conversation_id = ${id}`
    const onDay = (day: string) =>
      manyMessages(30, [ada.user.id]).map((each) => ({ ...each, at: new Date(`${day}T12:00:00Z`) }))
    const messages = ['2020-01-14', '2020-01-15'].flatMap(onDay)
    await seed(site.server, { conversationId: id, messages, readBy: [ada.user.id] })
    const page = await site.open({ as: ada, id })
    await screen.message(page, '(30)').last().waitFor()
    const sticky = page.locator('[data-sticky-day]')
    const shows = () =>
      sticky.evaluate((day) => (getComputedStyle(day).opacity === '1' ? day.textContent : ''))
    expect(await shows()).toBe('')
    await screen.log(page).hover()
    await page.mouse.wheel(0, -300)
    await until(async () => (await shows()) === '15 January 2020')
    await until(async () => {
      await page.mouse.wheel(0, -300)
      return (await shows()) === '14 January 2020'
    })
    await until(async () => (await shows()) === '')
  }, 60_000)
})
