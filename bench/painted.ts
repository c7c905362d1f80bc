import type { Page } from 'playwright-core'

/** The client's start, as the page itself saw it. */
export interface Load {
  /** Milliseconds from the beginning of the navigation to the first frame with a message in it. */
  painted: number
  /** Begun before that message was in the document: document, script, style and calls. */
  requests: number
  /** Those, and theme, font and icon besides. */
  allRequests: number
  /** Of all of them, over the network, with their headers, in KiB. */
  kib: number
}

/** Opens a conversation in a page of its own. */
export async function load(page: Page, address: string): Promise<Load> {
  await page.addInitScript(watchFirst)
  await page.goto(address)
  await page.waitForFunction(() => Reflect.has(window, 'firstPainted'))
  await page.waitForLoadState('networkidle')
  const { painted, fetched } = await page.evaluate(() => {
    const inserted: number = Reflect.get(window, 'firstInserted')
    const painted: number = Reflect.get(window, 'firstPainted')
    const entries = [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ] as PerformanceResourceTiming[]
    const early = entries.filter(({ startTime }) => startTime < inserted)
    return {
      painted,
      fetched: early.map(({ name, transferSize }) => ({ path: new URL(name).pathname, size: transferSize })),
    }
  })
  return {
    painted,
    requests: fetched.filter(({ path }) => !ASIDE.test(path)).length,
    allRequests: fetched.length,
    kib: fetched.reduce((sum, { size }) => sum + size, 0) / 1_024,
  }
}

/** What nothing waits for, and a script of a few lines that comes with the document. */
const ASIDE = /^\/theme\.js$|\.(?:woff2|svg)$/

/** Runs in the page, before any of its own scripts. */
function watchFirst() {
  const observer = new MutationObserver(() => {
    if (document.querySelector('[role="log"] article') === null) return
    observer.disconnect()
    Reflect.set(window, 'firstInserted', performance.now())
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port2.onmessage = () => Reflect.set(window, 'firstPainted', performance.now())
      port1.postMessage(null)
    })
  })
  observer.observe(document, { childList: true, subtree: true })
}

/** What a key or a click has to bring on screen. */
interface Wanted {
  on: 'keydown' | 'click'
  /** Of the list, when it has to be another one. */
  label?: string
  /** In its last message. */
  text?: string
}

/**
 * Milliseconds from a key or a click (the time that the browser gives the event) to the end of the first frame in which the
 * list has what is wanted, painted by the page; that it is handed to the screen after that is not in it.
 */
export async function untilPainted(page: Page, wanted: Wanted, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(watchNext, wanted)
  await act()
  return page.evaluate(() => {
    const painted: Promise<number> = Reflect.get(window, 'nextPainted')
    return painted
  })
}

/** Runs in the page. */
function watchNext({ on, label, text }: Wanted) {
  const painted = new Promise<number>((resolve) => {
    let began = Number.NaN
    const isThere = () => {
      const log = document.querySelector('[role="log"]')
      if (label !== undefined && log?.getAttribute('aria-label') !== label) return false
      const articles = log?.querySelectorAll('article') ?? []
      const last = articles[articles.length - 1]
      return last !== undefined && (text === undefined || last.textContent?.includes(text) === true)
    }
    const observer = new MutationObserver(() => {
      if (!isThere()) return
      observer.disconnect()
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port2.onmessage = () => resolve(performance.now() - began)
        port1.postMessage(null)
      })
    })
    window.addEventListener(
      on,
      ({ timeStamp }) => {
        began = timeStamp
        observer.observe(document.body, { childList: true, subtree: true, characterData: true })
      },
      { capture: true, once: true },
    )
  })
  Reflect.set(window, 'nextPainted', painted)
}
