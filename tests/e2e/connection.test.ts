import { expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newId } from '../../src/lib/ids'
import { bodies, screen } from '../support/screen'
import { manyMessages, nth } from '../support/seed'
import { describeSite, send } from '../support/site'
import { until } from '../support/until'
import { startBehindWire, type WiredSite } from '../support/wire'

let wired: WiredSite

async function start() {
  wired = await startBehindWire()
  return wired.server
}

describeSite(
  'connection',
  (site) => {
    /** Ada in a channel with Ben; her waits between two tries are as long as they can be. */
    async function onTheWire(viewport = { width: 1280, height: 800 }) {
      const ada = await site.person('Ada Lind')
      const ben = await site.person('Ben Okafor')
      const id = await site.channel('alpha', ada, ben)
      const page = await site.open({
        as: ada,
        id,
        viewport,
        by: wired,
        async before(context) {
          wired.wire.mend()
          await context.clock.install()
          await context.addInitScript(() => {
            Math.random = () => 0.99
          })
        },
      })
      await says(page, 'Online')
      return { ada, ben, id, page }
    }

    const says = (page: Page, state: string) =>
      screen.sidebar(page).getByText(state, { exact: true }).waitFor()
    const banner = (page: Page) => page.locator('[data-offline]')
    const now = (page: Page) => page.evaluate(() => Date.now())
    const stopClock = async (page: Page) => page.clock.pauseAt((await now(page)) + 5_000)
    const tell = (page: Page, event: string) =>
      page.evaluate((name) => void dispatchEvent(new Event(name)), event)

    /** Lets a millisecond pass at a time until the page is online again; answers how many it took. */
    async function untilOnline(page: Page): Promise<number> {
      const begun = await now(page)
      await until(async () => {
        await page.clock.runFor(1)
        return screen.sidebar(page).getByText('Online', { exact: true }).isVisible()
      })
      return (await now(page)) - begun
    }

    test('item 65: after two seconds without a server a banner says so, and not before', async () => {
      const { page } = await onTheWire()
      await stopClock(page)
      wired.wire.cut()
      await says(page, 'Connecting…')
      await page.clock.runFor(1_900)
      expect(await banner(page).count()).toBe(0)
      await page.clock.runFor(200)
      await banner(page).getByText('Out of reach.').waitFor()
      await says(page, 'Out of reach')
    }, 60_000)

    test('item 65: a blip shows no banner', async () => {
      const { page } = await onTheWire()
      await stopClock(page)
      await page.evaluate(() => {
        new MutationObserver(() => {
          if (document.querySelector('[data-offline]') !== null) Reflect.set(window, 'sawBanner', true)
        }).observe(document.body, { subtree: true, childList: true })
      })
      wired.wire.cut()
      await says(page, 'Connecting…')
      wired.wire.mend()
      // The first wait is up to a second.
      await page.clock.runFor(990)
      await untilOnline(page)
      await page.clock.runFor(5_000)
      expect(await page.evaluate(() => Reflect.get(window, 'sawBanner'))).toBeUndefined()
      await says(page, 'Online')
    }, 60_000)

    test('item 65: when the network or the person comes back it is tried at once', async () => {
      const { page } = await onTheWire()
      await stopClock(page)
      for (const event of ['online', 'focus']) {
        wired.wire.cut()
        await says(page, 'Connecting…')
        // Long enough for the waits to have grown beyond what is asked for below.
        for (let second = 0; second < 20; second++) await page.clock.runFor(1_000)
        await banner(page).waitFor()
        wired.wire.mend()
        await tell(page, event)
        expect(await untilOnline(page)).toBeLessThan(2_000)
        await banner(page).waitFor({ state: 'detached' })
      }
    }, 60_000)

    test('item 66: what was missed in ten minutes is filled in, in order, once, with what was changed and deleted', async () => {
      const { ada, ben, id, page } = await onTheWire({ width: 1000, height: 2_400 })
      const edited = await send(ben, id, 'before the sleep')
      const deleted = await send(ben, id, 'to be deleted')
      await screen.message(page, 'to be deleted').waitFor()
      wired.wire.cut()
      await says(page, 'Connecting…')
      for (let n = 1; n <= 30; n++) await send(n % 5 === 0 ? ada : ben, id, `missed ${n}`)
      await ben.trpc.messages.edit.mutate({ id: edited, body: 'before the sleep, edited in it' })
      await ben.trpc.messages.delete.mutate({ id: deleted })
      await page.clock.fastForward('10:00')
      wired.wire.mend()
      await tell(page, 'online')
      await screen.message(page, 'missed 30').waitFor()
      await send(ben, id, 'after the sleep')
      await screen.message(page, 'after the sleep').waitFor()
      const missed = Array.from({ length: 30 }, (_, index) => `missed ${index + 1}`)
      const all = ['before the sleep, edited in it', ...missed, 'after the sleep']
      expect(await bodies(page)).toEqual(all)
    }, 60_000)

    test('item 66: far behind, the newest page is loaded afresh, and what lies before it has no gap', async () => {
      const { ada, ben, id, page } = await onTheWire()
      await send(ben, id, 'long ago')
      await screen.message(page, 'long ago').waitFor()
      wired.wire.cut()
      await says(page, 'Connecting…')
      const { sends } = site.server.deps
      const many = manyMessages(1_100, [ben.user.id, ada.user.id]).map(({ senderId, body }) =>
        sends.submit({ id: newId(), conversationId: id, senderId, body }),
      )
      await Promise.all(many)
      const ranges: string[] = []
      page.on('request', (request) => request.url().includes('sync.range') && ranges.push(request.url()))
      await page.clock.fastForward('10:00')
      wired.wire.mend()
      await tell(page, 'online')
      await screen.message(page, nth(1_100)).waitFor()
      expect(ranges).toEqual([])

      await screen.log(page).hover()
      const seen = new Set<number>()
      await until(
        async () => {
          const numbers = await inOrder(page)
          for (const [index, number] of numbers.entries()) expect(number).toBe((numbers[0] ?? 0) + index)
          for (const number of numbers) seen.add(number)
          await page.mouse.wheel(0, -300)
          return seen.has(950)
        },
        { within: 30_000 },
      )
      expect([...seen].toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 1_101 - Math.min(...seen) }, (_, index) => Math.min(...seen) + index),
      )
    }, 90_000)
  },
  start,
)

/** The numbers of the messages in sight, from top to bottom. */
function inOrder(page: Page): Promise<number[]> {
  return screen.log(page).evaluate((log) => {
    const { top, bottom } = log.getBoundingClientRect()
    const boxes = [...log.querySelectorAll('article')].map((row) => ({
      row,
      box: row.getBoundingClientRect(),
    }))
    return boxes
      .filter(({ box }) => box.bottom > top && box.top < bottom)
      .toSorted((a, b) => a.box.top - b.box.top)
      .flatMap(
        ({ row }) =>
          /\((\d+)\)/
            .exec(row.textContent ?? '')
            ?.slice(1)
            .map(Number) ?? [],
      )
  })
}
