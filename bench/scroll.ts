import type { Page } from 'playwright-core'
import { type Frame, moves, watchFrames } from '../tests/support/frames'
import { screen } from '../tests/support/screen'

/** What somebody who scrolls may notice. */
export interface Pixels {
  /** The most, in pixels, that rows moved otherwise than they were scrolled. */
  drift: number
  /** Frames with a stretch of the list's window in which there is nothing. */
  blank: number
}

/** Where a fraction of a pixel ends. */
const BLANK_FROM = 1
const NOTCH_MS = 8
/** For the last notch to arrive. */
const REST_MS = 200
const FLING = 2_000

/** Turns the wheel, so many pixels a notch. @returns all of them */
export async function turn(page: Page, by: number, isOver: () => boolean): Promise<number> {
  await screen.log(page).hover()
  let turned = 0
  for (; !isOver(); turned += by) {
    await page.mouse.wheel(0, by)
    await Bun.sleep(NOTCH_MS)
  }
  await Bun.sleep(REST_MS)
  return turned
}

/**
 * Turning the wheel while pages come in. Which frame a notch falls in is the browser's affair, so the rows' way is held
 * against the wheel's at the end; and in each frame they may only go the wheel's way, all together.
 */
export async function wheel(page: Page, by: number, ms: number): Promise<Pixels> {
  let turned = 0
  const frames = await watchFrames(page, async () => {
    turned = await turn(page, by, after(ms))
  })
  const way = moves(frames).reduce((sum, { least }) => sum + least, 0)
  return { drift: Math.max(Math.abs(way + turned), astray(frames, -by)), blank: blanks(frames) }
}

/** Flinging upwards past what is loaded until that is so much. Where two frames share rows, none may go back. */
export async function fling(page: Page, isOver: () => boolean): Promise<Pixels> {
  const frames = await watchFrames(page, () => turn(page, -FLING, isOver))
  return { drift: astray(frames, FLING), blank: blanks(frames) }
}

/** Scrolling by as much in every frame, to and fro between the ends: the rows have to go just as far in each. */
export async function glide(page: Page, by: number, ms: number): Promise<Pixels> {
  let steps: number[] = []
  const frames = await watchFrames(page, async () => {
    steps = await page.evaluate(step, { by, ms })
  })
  const seen = moves(frames)
  const first = seen.findIndex(({ most }) => most !== 0)
  const off = seen.map(({ least, most }, index) => {
    const down = steps[index - first] ?? 0
    return Math.max(Math.abs(least + down), Math.abs(most + down))
  })
  return { drift: Math.max(...off), blank: blanks(frames) }
}

/** The same, without holding anything against it. */
export async function glideUnwatched(page: Page, by: number, ms: number): Promise<void> {
  await page.evaluate(step, { by, ms })
}

/** Milliseconds from each frame to the next during this work. */
export async function frameTimes(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = []
    const beat = (now: number) => {
      times.push(now)
      requestAnimationFrame(beat)
    }
    requestAnimationFrame(beat)
    Reflect.set(window, 'frameTimes', times)
  })
  await work()
  const at = await page.evaluate(() => {
    const times: number[] = Reflect.get(window, 'frameTimes')
    return times.splice(0)
  })
  return at.slice(1).map((time, index) => time - (at[index] ?? time))
}

/** @returns whether so many milliseconds have passed since this was called */
export function after(ms: number): () => boolean {
  const until = performance.now() + ms
  return () => performance.now() >= until
}

/** Runs in the page. Turns round at the ends of the list. @returns what was scrolled in each frame */
async function step({ by, ms }: { by: number; ms: number }): Promise<number[]> {
  const log = document.querySelector('[role="log"]')
  if (log === null) throw new Error('there is no list')
  const steps: number[] = []
  let down = by
  let now = 0
  // Those who watch have seen it at rest.
  for (let frames = 0; frames < 3; frames++) now = await new Promise(requestAnimationFrame)
  for (const until = now + ms; now < until; ) {
    const room = down < 0 ? log.scrollTop : log.scrollHeight - log.clientHeight - log.scrollTop
    if (room < 2 * Math.abs(down)) down = -down
    log.scrollTop += down
    steps.push(down)
    now = await new Promise(requestAnimationFrame)
  }
  return steps
}

/** How far rows went against the direction, or away from each other, in the worst of these frames. */
function astray(frames: Frame[], direction: number): number {
  const seen = moves(frames).filter(({ least }) => Number.isFinite(least))
  return Math.max(...seen.map(({ least, most }) => Math.max(most - least, direction > 0 ? -least : most)))
}

function blanks(frames: Frame[]): number {
  return frames.filter(({ blank }) => blank > BLANK_FROM).length
}
