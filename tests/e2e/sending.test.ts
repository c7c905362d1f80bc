import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Page, Route } from 'playwright-core'
import { openPage, startSite, takeProblems } from '../support/browser'
import { signUp, type TestPerson } from '../support/client'
import { describeWith } from '../support/require'
import { bodies, reaches, say, screen } from '../support/screen'
import type { TestServer } from '../support/server'
import { until } from '../support/until'

const SEND = '**/trpc/messages.send**'
const TIMEOUT = 60_000

describeWith('chromium', 'sending', () => {
  let server: TestServer
  let ada: TestPerson
  let ben: TestPerson
  let conversationId: string
  let page: Page

  beforeAll(async () => {
    server = await startSite()
    ada = await signUp(server, 'Ada Lind')
    ben = await signUp(server, 'Ben Okafor')
    const { conversation } = await ada.trpc.conversations.openDirect.mutate({ userIds: [ben.user.id] })
    conversationId = conversation.id
    page = await openAs(ada)
  }, TIMEOUT)
  afterAll(async () => {
    await page.context().close()
    await server.stop()
  })
  afterEach(async () => {
    await page.unroute(SEND)
    expect(takeProblems()).toEqual([])
  })

  const openAs = async (person: TestPerson) => {
    const opened = await openPage(server, { as: person, path: `/c/${conversationId}` })
    await screen.composer(opened).waitFor()
    return opened
  }

  /** The server is stalled: sends are held until released. */
  async function stall(): Promise<() => Promise<void>> {
    const held: Route[] = []
    await page.route(SEND, (route) => void held.push(route))
    return async () => {
      await Promise.all(held.splice(0).map((route) => route.continue()))
      await page.unroute(SEND)
    }
  }

  test(
    'item 3: the own message is in the list while the server is stalled, as sending',
    async () => {
      const release = await stall()
      await say(page, 'while stalled')
      await reaches(page, 'while stalled', 'sending')
      await release()
      await reaches(page, 'while stalled', 'sent')
    },
    TIMEOUT,
  )

  test(
    'item 4: states are told by words and only move forward, sending to read',
    async () => {
      await page.evaluate(() => {
        const seen: string[] = []
        Reflect.set(window, 'seenStates', seen)
        new MutationObserver(() => {
          const articles = [...document.querySelectorAll('article')]
          const row = articles.find((article) => article.textContent?.includes('watched closely'))
          const state = row?.querySelector('[data-state]')?.getAttribute('data-state')
          if (state && seen.at(-1) !== state) seen.push(state)
        }).observe(document.body, { subtree: true, childList: true, attributes: true })
      })
      await say(page, 'watched closely')
      await reaches(page, 'watched closely', 'sent')
      const bens = await openAs(ben)
      await screen.message(bens, 'watched closely').waitFor()
      await reaches(page, 'watched closely', 'read')
      await bens.context().close()
      const order = ['queued', 'sending', 'sent', 'delivered', 'read']
      const seen = await page.evaluate(() => Reflect.get(window, 'seenStates') as string[])
      expect(seen).toEqual(seen.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)))
      expect(seen.at(-1)).toBe('read')
      expect(await screen.message(page, 'watched closely').locator('[data-state]').textContent()).toBe('Read')
    },
    TIMEOUT,
  )

  test(
    'item 6: with the answer lost after the commit there is one copy, under the same id at every try',
    async () => {
      const ids: string[] = []
      await page.route(SEND, async (route) => {
        ids.push(route.request().postDataJSON().id)
        if (ids.length > 2) return route.continue()
        await route.fetch()
        await route.abort()
      })
      await say(page, 'answered into the void')
      await reaches(page, 'answered into the void', 'sent')
      // Its event may have come before another try was due: then there is none, and none is needed.
      expect(new Set(ids).size).toBe(1)
      expect((await bodies(page)).filter((body) => body === 'answered into the void')).toHaveLength(1)
      const { messages } = await ben.trpc.messages.history.query({ conversationId })
      expect(messages.filter(({ body }) => body === 'answered into the void').map(({ id }) => id)).toEqual([
        ids[0] ?? '',
      ])
    },
    TIMEOUT,
  )

  test(
    'item 7: a definite refusal keeps the text, with words, Try again, Edit and Delete',
    async () => {
      const { conversation } = await ben.trpc.conversations.create.mutate({
        kind: 'private',
        name: 'fragile',
        memberIds: [ada.user.id],
      })
      const other = await openPage(server, { as: ada, path: `/c/${conversation.id}` })
      await screen.composer(other).waitFor()
      // Removed while her live connection is cut, so that her page does not know it yet.
      await other.context().routeWebSocket('**/trpc', (socket) => void socket.close())
      await other.reload()
      await screen.composer(other).waitFor()
      await ben.trpc.conversations.removeMember.mutate({
        conversationId: conversation.id,
        userId: ada.user.id,
      })
      await say(other, 'kept in any case')
      const failed = screen.message(other, 'kept in any case')
      await reaches(other, 'kept in any case', 'failed')
      expect(await failed.textContent()).toContain('Not sent.')
      await failed.getByRole('button', { name: 'Try again' }).click()
      await reaches(other, 'kept in any case', 'failed')
      await failed.getByRole('button', { name: 'Edit' }).click()
      expect(await screen.composer(other).inputValue()).toContain('kept in any case')
      await other.context().close()
    },
    TIMEOUT,
  )

  test(
    'item 8: no clock for the first 300 ms of sending, words after 10 s',
    async () => {
      const watched = await openPage(server, { as: ada, path: `/c/${conversationId}` })
      await screen.composer(watched).waitFor()
      await watched.clock.install()
      await watched.route(SEND, () => {})
      await watched.clock.pauseAt(Date.now() + 60_000)
      await say(watched, 'in good time')
      await reaches(watched, 'in good time', 'sending')
      const mark = screen.message(watched, 'in good time').locator('[data-state="sending"]')
      await watched.clock.runFor(250)
      expect(await mark.locator('svg').count()).toBe(0)
      await watched.clock.runFor(100)
      await mark.locator('svg').waitFor()
      await watched.clock.runFor(9_700)
      await screen.message(watched, 'in good time').getByText('Still sending').waitFor()
      await watched.context().close()
    },
    TIMEOUT,
  )

  test(
    'item 9: the acknowledgement keeps the row and moves nothing',
    async () => {
      const release = await stall()
      await say(page, 'the same row')
      await reaches(page, 'the same row', 'sending')
      const row = screen.message(page, 'the same row')
      await row.evaluate((element) => element.setAttribute('data-mark', 'kept'))
      const before = await row.boundingBox()
      await release()
      await reaches(page, 'the same row', 'sent')
      expect(await row.getAttribute('data-mark')).toBe('kept')
      expect(await row.boundingBox()).toEqual(before)
    },
    TIMEOUT,
  )

  test(
    'item 10: in two tabs each message appears once in both',
    async () => {
      const second = await page.context().newPage()
      await second.goto(page.url())
      await screen.composer(second).waitFor()
      for (let n = 0; n < 6; n++) await say(n % 2 === 0 ? page : second, `tab ${n % 2}, message ${n}`)
      for (const tab of [page, second])
        await until(async () => (await bodies(tab)).filter((body) => body.startsWith('tab ')).length === 6)
      const inFirst = (await bodies(page)).filter((body) => body.startsWith('tab '))
      expect(new Set(inFirst).size).toBe(6)
      expect((await bodies(second)).filter((body) => body.startsWith('tab '))).toEqual(inFirst)
      await second.close()
    },
    TIMEOUT,
  )
})
