import type { Locator, Page, Route } from 'playwright-core'

/** The words a person would use for the parts of the screen: one place that knows their roles and names. */
export const screen = {
  composer: (page: Page) => page.getByRole('textbox', { name: /^(Message|Write a note)/ }),
  log: (page: Page) => page.getByRole('log'),
  messages: (page: Page) => page.getByRole('log').getByRole('article'),
  message: (page: Page, text: string) => page.getByRole('log').getByRole('article').filter({ hasText: text }),
  state: (message: Locator) => message.locator('[data-state]').getAttribute('data-state'),
  sidebar: (page: Page) => page.getByRole('navigation', { name: 'Conversations' }),
  /** A conversation's line in the sidebar, whatever is said behind its name. */
  entry: (page: Page, title: string) =>
    screen.sidebar(page).getByRole('link', { name: new RegExp(`^${title}(,|$)`) }),
  header: (page: Page) => page.getByRole('heading', { level: 1 }),
  /** The line above what is new. */
  divider: (page: Page) => page.locator('[data-divider="new"]'),
}

/** What stands in the composer. */
export const written = (page: Page) => screen.composer(page).inputValue()

export const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement)

/** How far the list is from its end, in pixels. */
export const fromEnd = (page: Page) =>
  screen.log(page).evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop)

/** Writes a message as a person does: into the composer, then Enter. */
export async function say(page: Page, text: string): Promise<void> {
  await screen.composer(page).fill(text)
  await screen.composer(page).press('Enter')
}

/** What the list says, from top to bottom, without names, times and ticks. */
export function bodies(page: Page): Promise<string[]> {
  return screen.messages(page).evaluateAll((articles) =>
    articles.map((article) => {
      const text = article.querySelector('[dir="auto"]')?.cloneNode(true) as HTMLElement | undefined
      for (const mark of text?.querySelectorAll('[data-state], [title]') ?? []) mark.remove()
      return text?.textContent ?? ''
    }),
  )
}

/** Resolves when the message has this state. */
export async function reaches(page: Page, text: string, state: string): Promise<void> {
  await screen.message(page, text).locator(`[data-state="${state}"]`).first().waitFor({ state: 'attached' })
}

/** Requests that are held back, and how to let them through. */
export interface Held {
  readonly count: number
  /** Those that wait now go on; later ones wait again. */
  pass(): Promise<void>
  /** Nothing waits any more. */
  end(): Promise<void>
}

/** The server takes its time: requests to these addresses wait. */
export async function hold(page: Page, url: string | RegExp): Promise<Held> {
  const waiting: Route[] = []
  const pass = async () => void (await Promise.all(waiting.splice(0).map((route) => route.continue())))
  await page.route(url, (route) => void waiting.push(route))
  return {
    get count() {
      return waiting.length
    },
    pass,
    async end() {
      await pass()
      await page.unroute(url)
    },
  }
}
