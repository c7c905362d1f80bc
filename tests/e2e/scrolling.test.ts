import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newId } from '../../src/lib/ids'
import type { TestPerson } from '../support/client'
import { moves, watchFrames } from '../support/frames'
import { fromEnd, hold, say, screen } from '../support/screen'
import { manyMessages, nth, seed } from '../support/seed'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'

describeSite('scrolling', (site) => {
  /** Two people and what they have written, all of it read by both. */
  async function longConversation(count: number): Promise<{ ada: TestPerson; ben: TestPerson; id: string }> {
    const ada = await site.person('Ada Lind')
    const ben = await site.person('Ben Okafor')
    const id = await site.channel('alpha', ada, ben)
    const readBy = [ada.user.id, ben.user.id]
    await seed(site.server, { conversationId: id, messages: manyMessages(count, readBy), readBy })
    return { ada, ben, id }
  }

  const row = (page: Page, number: number) => screen.message(page, nth(number))
  const topOf = async (page: Page, number: number) => (await row(page, number).boundingBox())?.y ?? Number.NaN
  const isAtEnd = async (page: Page) => (await fromEnd(page)) < 1

  async function wheel(page: Page, by: number) {
    await screen.log(page).hover()
    const before = await screen.log(page).evaluate((log) => log.scrollTop)
    await page.mouse.wheel(0, by)
    await until(() => screen.log(page).evaluate((log, from) => log.scrollTop !== from, before))
  }

  test('item 33: those at the end stay there while 20 messages come, in every frame', async () => {
    const { ada, ben, id } = await longConversation(60)
    const page = await site.open({ as: ada, id })
    await until(() => isAtEnd(page))
    const frames = await watchFrames(page, async () => {
      for (let n = 1; n <= 20; n++) void send(ben, id, `burst ${n} of 20 ${'and more '.repeat(n)}`)
      for (let n = 1; n <= 20; n++) await screen.message(page, `burst ${n} of`).waitFor({ state: 'attached' })
    })
    expect(frames.length).toBeGreaterThan(2)
    expect(Math.max(...frames.map((frame) => Math.abs(frame.fromEnd)))).toBeLessThan(1)
  }, 60_000)

  test('item 33: they stay there as well when a thousand come at once', async () => {
    const { ada, ben, id } = await longConversation(20)
    const page = await site.open({ as: ada, id })
    await screen.sidebar(page).getByText('Online', { exact: true }).waitFor()
    // Handed to the send queue: a thousand calls over HTTP would be no burst.
    const { sends } = site.server.deps
    const burst = manyMessages(1_000, [ben.user.id]).map(({ senderId, body }) =>
      sends.submit({ id: newId(), conversationId: id, senderId, body }),
    )
    await Promise.all(burst)
    await row(page, 1_000).waitFor()
    await until(() => isAtEnd(page))
  }, 60_000)

  test('item 34: for those further up nothing moves, a pill counts what is new, and an own message goes to the end', async () => {
    const { ada, ben, id } = await longConversation(60)
    const page = await site.open({ as: ada, id })
    await until(() => isAtEnd(page))
    await wheel(page, -900)
    const frames = await watchFrames(page, async () => {
      for (const body of ['one', 'two', 'three']) await send(ben, id, `${body} from below`)
      await page.getByRole('button', { name: '3 new' }).waitFor()
    })
    for (const { least, most } of moves(frames)) expect([least, most]).toEqual([0, 0])
    await say(page, 'seen at once')
    await until(() => isAtEnd(page))
    await screen.message(page, 'seen at once').waitFor()
    expect(await page.getByRole('button', { name: /new$|latest/ }).count()).toBe(0)
  }, 60_000)

  test('item 35: button and End go to the latest from any depth, and the pill is gone', async () => {
    const { ada, ben, id } = await longConversation(40)
    const unread = manyMessages(300, [ben.user.id]).map(({ senderId, body }) => ({
      senderId,
      body: `unread ${body}`,
    }))
    await seed(site.server, { conversationId: id, messages: unread })
    const page = await site.open({ as: ada, id })
    await screen.divider(page).waitFor()
    // Hundreds of messages lie below what is loaded.
    await page.getByRole('button', { name: /new$|latest/ }).click()
    await screen.message(page, `unread ${nth(300)}`).waitFor()
    await until(() => isAtEnd(page))
    await page.getByRole('button', { name: /new$|latest/ }).waitFor({ state: 'detached' })
    for (let n = 0; n < 4; n++) await wheel(page, -1_000)
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor()
    await screen.header(page).click()
    await page.keyboard.press('End')
    await until(() => isAtEnd(page))
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'detached' })
  }, 60_000)

  test('item 36: prepending 50 moves the watched row 0 px, at the top, further down, and while the wheel turns', async () => {
    const { ada, id } = await longConversation(400)
    const page = await site.open({ as: ada, id })
    await until(() => isAtEnd(page))
    const held = await hold(page, '**/trpc/messages.history**')
    const prepend = async () => {
      const before = await screen.log(page).evaluate((log) => log.scrollHeight)
      await held.pass()
      await until(() => screen.log(page).evaluate((log, from) => log.scrollHeight > from + 500, before))
    }
    const asked = () => until(() => held.count > 0)

    for (const top of [0, 0, 0, 700]) {
      await screen.log(page).evaluate((log, to) => log.scrollTo({ top: to }), top)
      await asked()
      const frames = await watchFrames(page, prepend)
      for (const { least, most } of moves(frames)) expect([top, least, most]).toEqual([top, 0, 0])
    }

    await screen.log(page).evaluate((log) => log.scrollTo({ top: 900 }))
    await asked()
    const number = await firstInSight(page)
    const before = await topOf(page, number)
    const turning = await watchFrames(page, async () => {
      for (let turn = 0; turn < 4; turn++) await wheel(page, -40)
      const loaded = prepend()
      for (let turn = 0; turn < 4; turn++) await wheel(page, -40)
      await loaded
    })
    expect(await topOf(page, number)).toBeCloseTo(before + 320, 0)
    for (const { least } of moves(turning)) expect(least).toBeGreaterThan(-1)
  }, 60_000)

  test('what a script scrolls while rows are measured for the first time is not taken back', async () => {
    const { ada, id } = await longConversation(400)
    const page = await site.open({ as: ada, id })
    await until(() => isAtEnd(page))
    const frames = await watchFrames(page, () =>
      screen.log(page).evaluate(async (log) => {
        // Those who watch have seen it at rest.
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
        for (let frame = 0; frame < 25; frame++) {
          log.scrollTop -= 60
          await new Promise(requestAnimationFrame)
        }
      }),
    )
    const seen = moves(frames)
    for (const { least, most } of seen) expect(most - least).toBe(0)
    expect(seen.reduce((way, { least }) => way + least, 0)).toBe(25 * 60)
  }, 60_000)

  test('item 37: a fling up 10,000 rows has no blank frame and never moves backward', async () => {
    const { ada, id } = await longConversation(10_000)
    const page = await site.open({ as: ada, id })
    await until(() => isAtEnd(page))
    await screen.log(page).hover()
    const frames = await watchFrames(page, async () => {
      // Five hundred of them are flung past: each page waits for the server, and all of them would take minutes.
      while ((await firstInSight(page)) > 9_500)
        for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, -2_500)
    })
    expect(Math.max(...frames.map(({ blank }) => blank))).toBeLessThanOrEqual(1)
    const seen = moves(frames).filter(({ least }) => Number.isFinite(least))
    expect(Math.min(...seen.map(({ least }) => least))).toBeGreaterThan(-1)
    // Rows that stay in sight move together: none grows or shrinks while it is looked at.
    expect(Math.max(...seen.map(({ least, most }) => most - least))).toBeLessThan(1)
  }, 120_000)
})

/** The number of the topmost message that is wholly in sight. */
function firstInSight(page: Page): Promise<number> {
  return screen.log(page).evaluate((log) => {
    const { top } = log.getBoundingClientRect()
    const rows = [...log.querySelectorAll('article')].filter(
      (row) => row.getBoundingClientRect().top >= top + 40,
    )
    const first = rows.toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0]
    return Number(/\((\d+)\)/.exec(first?.textContent ?? '')?.[1])
  })
}
