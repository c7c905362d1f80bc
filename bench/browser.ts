import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { buildClient, clientIsStale } from '../bin/client'
import { ACCOUNT_KEY } from '../client/app/clients'
import { FLAGS, VIEWPORT } from '../tests/support/browser'
import { chromiumPath } from '../tests/support/require'
import type { SignedIn } from '../verify/front-door'
import { Skipped } from './scenario'

/**
 * The machine's own Chromium, without a window, as the tests start it; and a client that is built from what is here.
 * @throws Skipped where there is no Chromium
 */
export async function openBrowser(stack: AsyncDisposableStack): Promise<Browser> {
  if (chromiumPath === null) throw new Skipped('there is no Chromium in PATH')
  if (clientIsStale()) await buildClient()
  const home = mkdtempSync(join(tmpdir(), 'confab-bench-'))
  stack.defer(() => rmSync(home, { recursive: true, force: true }))
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: FLAGS,
    env: { HOME: home, PATH: process.env.PATH ?? '' },
  })
  stack.defer(() => browser.close())
  return browser
}

/** An empty profile of somebody who signed in on this device before: its cookie and its memory are all that it holds. */
export async function openProfile(
  browser: Browser,
  url: string,
  { user, cookie }: SignedIn,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    storageState: {
      cookies: [],
      origins: [{ origin: url, localStorage: [{ name: ACCOUNT_KEY, value: user.id }] }],
    },
  })
  context.setDefaultTimeout(20_000)
  const value = /^confab=([^;]+)/.exec(cookie)?.[1] ?? ''
  await context.addCookies([{ name: 'confab', value, url, httpOnly: true, sameSite: 'Lax' }])
  return context
}

/** What is left of the page's JavaScript heap, in bytes, after the garbage is collected. */
export async function heapOf(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('Performance.enable')
  const used = await metric(cdp, 'JSHeapUsedSize')
  await cdp.detach()
  return used
}

async function metric(cdp: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
}
