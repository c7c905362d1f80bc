import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { buildClient, CLIENT_DIST, clientIsStale } from '../../bin/client'
import { atEnd } from './at-end'
import type { TestPerson } from './client'
import { chromiumPath } from './require'
import { startTestServer, type TestServer, type TestServerOptions } from './server'

export const VIEWPORT = { width: 1280, height: 800 }

/** The server with the built client, as a browser gets it. The build is made once a run, when it is not fresh. */
export async function startSite(options: TestServerOptions = {}): Promise<TestServer> {
  built ??= clientIsStale() ? buildClient() : Promise.resolve()
  await built
  return startTestServer({ ...options, client: CLIENT_DIST })
}

export interface PageOptions
  extends Pick<
    BrowserContextOptions,
    'viewport' | 'colorScheme' | 'deviceScaleFactor' | 'hasTouch' | 'reducedMotion'
  > {
  /** Signed in as this person from the start. */
  as?: TestPerson
  path?: string
}

/** A page in a browser profile of its own, which fails its test when the page throws or is refused by the policy. */
export async function openPage(server: { url: string }, options: PageOptions = {}): Promise<Page> {
  const { as, path = '/', ...rest } = options
  const context = await newContext(rest)
  if (as !== undefined) await signIn(context, server, as)
  const page = await context.newPage()
  await page.goto(`${server.url}${path}`)
  return page
}

export async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  browser ??= launch()
  const context = await (await browser).newContext({
    viewport: VIEWPORT,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  context.setDefaultTimeout(10_000)
  context.on('weberror', (error) => {
    problems.push(String(error.error()))
  })
  context.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML/.test(message.text())) problems.push(message.text())
  })
  return context
}

/** What pages threw since the last look. */
export function takeProblems(): string[] {
  return problems.splice(0)
}

/** Puts the cookie of somebody's session into a profile. */
export async function signIn(
  context: BrowserContext,
  server: { url: string },
  { cookie }: TestPerson,
): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Lax' }])
}

const problems: string[] = []
let built: Promise<void> | null = null
let browser: ReturnType<typeof launch> | null = null

/** As root there is no sandbox to be had; the rest keeps the browser from looking for a network. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[
    // The list of the address bar: two pages of its own in every window, half of what a new window costs.
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
    // Only the last such list counts, so what Playwright switches off is repeated.
    'AimEnabled',
    'AvoidCorsURLLoaderRestartOnRedirect',
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsFirstBalancedModeAutoEnable',
    'HttpsUpgrades',
    'LensOverlay',
    'MediaRouter',
    'NetworkTimeServiceQuerying',
    'OptimizationHints',
    'PaintHolding',
    'PreconnectToSearch',
    'ThirdPartyStoragePartitioning',
  ].join()}`,
]

async function launch() {
  const profile = mkdtempSync(join(tmpdir(), 'confab-chromium-'))
  const launched = await chromium.launch({
    ...(chromiumPath === null ? {} : { executablePath: chromiumPath }),
    args: FLAGS,
    env: { HOME: profile, PATH: process.env.PATH ?? '' },
  })
  atEnd(async () => {
    await launched.close()
    rmSync(profile, { recursive: true, force: true })
  })
  return launched
}
