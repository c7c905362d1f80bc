import type { Browser, Page } from 'playwright-core'
import type postgres from 'postgres'
import { PAGE_DEFAULT } from '../src/lib/limits'
import { screen } from '../tests/support/screen'
import type { SignedIn } from '../verify/front-door'
import { heapOf, openProfile } from './browser'
import { load, untilPainted } from './painted'
import { after, fling, frameTimes, glide, glideUnwatched, type Pixels, turn, wheel } from './scroll'

/** Where somebody comes to. */
export interface Place {
  browser: Browser
  url: string
  sql: postgres.Sql
  /** One has read everything, the other half of everything. */
  reader: SignedIn
  latecomer: SignedIn
  /** Two of them: what is loaded of each is held while one goes from one to the other. */
  few: Room
  many: Room
}

export interface Room {
  id: string
  name: string
  count: number
}

/** Most that the client holds of a conversation. */
export const LOADED = 5_000
const SENDS = 20
const SWITCHES = 12
/** In pixels: of the wheel, and of each frame. */
const NOTCH = 120
const STEP = 60
/** What follows a change on screen (receipts, the ticks of a message) is over by then. */
const PAUSE_MS = 100

export type Visit = Awaited<ReturnType<typeof visit>>

/** All that is measured, once, from an empty profile on. Delays and times in milliseconds, heaps in bytes. */
export async function visit(place: Place) {
  const { browser, url, reader, few, many } = place
  const context = await openProfile(browser, url, reader)
  const first = await context.newPage()
  const cold = await load(first, `${url}/c/${few.id}`)
  const heapAtStart = await heapOf(first)
  await first.close()
  const page = await context.newPage()
  const warm = await load(page, `${url}/c/${few.id}`)

  const sends = await send(page)
  await go(page, many)
  const switches = await switchBetween(page, few, many)
  const ofFew = await scroll(page)
  await go(page, many)
  const ofMany = await scroll(page)
  const switchesAmong = await switchBetween(page, few, many)
  const sendsAmong = await send(page)
  const heapInUse = await heapOf(page)
  await context.close()
  const halfway = await scrollHalfway(place)
  const heap = { atStart: heapAtStart, inUse: heapInUse }
  return { cold, warm, sends, sendsAmong, switches, switchesAmong, ofFew, ofMany, halfway, heap }
}

/** From Enter to the message being painted, one after the other. */
async function send(page: Page): Promise<number[]> {
  const delays: number[] = []
  for (let n = 0; n < SENDS; n++) {
    const text = `number ${n} of ${performance.now()}`
    await screen.composer(page).fill(text)
    delays.push(await untilPainted(page, { on: 'keydown', text }, () => page.keyboard.press('Enter')))
    await Bun.sleep(PAUSE_MS)
  }
  return delays
}

async function switchBetween(page: Page, one: Room, other: Room): Promise<number[]> {
  const delays: number[] = []
  for (let n = 0; n < SWITCHES; n++) delays.push(await go(page, n % 2 === 0 ? one : other))
  // Where one has come to is where one goes on from.
  await go(page, one)
  return delays
}

/** From a click on its entry to its messages being painted. */
async function go(page: Page, { name }: Room): Promise<number> {
  const wanted = { on: 'click', label: `Messages in ${name}` } as const
  const delay = await untilPainted(page, wanted, () => screen.entry(page, name).click())
  await Bun.sleep(PAUSE_MS)
  return delay
}

export type Scrolled = Awaited<ReturnType<typeof scroll>>

/** From the newest message up to as many as are held, and to and fro in these. */
async function scroll(page: Page) {
  let loaded = PAGE_DEFAULT
  page.on('response', (response) => {
    if (response.url().includes('messages.history')) loaded += PAGE_DEFAULT
  })
  const wheeled = await wheel(page, -NOTCH, 1_500)
  const stepped = await glide(page, -STEP, 1_000)
  const whileLoading = await frameTimes(page, () => turn(page, -NOTCH, after(1_000)))
  const tooLate = after(20_000)
  const flung = await fling(page, () => loaded >= LOADED || tooLate())
  const rows = loaded
  const glided = await glide(page, STEP, 1_000)
  const whileLoaded = await frameTimes(page, () => glideUnwatched(page, -STEP, 1_000))
  page.removeAllListeners('response')
  return { rows, wheeled, stepped, flung, glided, whileLoading, whileLoaded }
}

/** Somebody who has read half of it goes down and up from there. */
async function scrollHalfway({ browser, url, sql, latecomer, many }: Place): Promise<Pixels> {
  await sql`
    UPDATE members SET read_number = last_number / 2, read_seq = last_seq / 2
    FROM conversations WHERE id = conversation_id AND id = ${many.id} AND user_id = ${latecomer.user.id}`
  const context = await openProfile(browser, url, latecomer)
  const page = await context.newPage()
  await load(page, `${url}/c/${many.id}`)
  const down = await wheel(page, NOTCH, 1_000)
  const up = await wheel(page, -NOTCH, 2_000)
  await context.close()
  return { drift: Math.max(down.drift, up.drift), blank: down.blank + up.blank }
}
