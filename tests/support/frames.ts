import type { Page } from 'playwright-core'

/** The list as one frame painted it. Pixels; places are measured from the list's own top. */
export interface Frame {
  fromEnd: number
  scrollTop: number
  /** The largest stretch of the list's window in which nothing is drawn. */
  blank: number
  /** The top of each message in sight, by id. */
  tops: Record<string, number>
}

/** What was painted, frame by frame, from before `work` until two frames after it. */
export async function watchFrames(page: Page, work: () => Promise<unknown>): Promise<Frame[]> {
  await page.evaluate(startWatching)
  await work()
  return page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
    const stop: () => Frame[] = Reflect.get(window, 'stopWatching')
    return stop()
  })
}

/** How far each message that is in two frames on end moved between them: from the smallest to the largest. */
export function moves(frames: Frame[]): { least: number; most: number }[] {
  return frames.slice(1).map((frame, index) => {
    const before = frames[index]?.tops ?? {}
    const each = Object.entries(frame.tops).flatMap(([id, top]) => {
      const former = before[id]
      return former === undefined ? [] : [top - former]
    })
    return {
      least: Math.min(...each, Number.POSITIVE_INFINITY),
      most: Math.max(...each, Number.NEGATIVE_INFINITY),
    }
  })
}

/**
 * Runs in the page. A size that changes in every frame calls its observer after the layout and after the list's own
 * observers, so what it reads is what is painted.
 */
function startWatching() {
  const log = document.querySelector('[role="log"]')
  if (log === null) throw new Error('there is no list')
  const frames: Frame[] = []
  const pulse = document.body.appendChild(document.createElement('div'))
  Object.assign(pulse.style, {
    position: 'fixed',
    width: '1px',
    height: '1px',
    top: '0',
    left: '0',
    opacity: '0',
  })

  const look = () => {
    const { top, height } = log.getBoundingClientRect()
    const tops: Record<string, number> = {}
    const spans: [number, number][] = []
    for (const row of log.querySelectorAll('[data-index]')) {
      const box = row.getBoundingClientRect()
      const [from, to] = [box.top - top, box.bottom - top]
      if (to <= 0 || from >= height) continue
      spans.push([from, to])
      const id = row.querySelector('[data-message]')?.getAttribute('data-message')
      if (id) tops[id] = from
    }
    // Above the first and below the last row there is the list's own padding.
    let blank = 0
    let filled = Math.min(8, height)
    for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
      blank = Math.max(blank, from - filled)
      filled = Math.max(filled, to)
    }
    blank = Math.max(blank, height - 8 - filled)
    const { scrollTop, scrollHeight, clientHeight } = log
    frames.push({ fromEnd: scrollHeight - clientHeight - scrollTop, scrollTop, blank, tops })
  }

  const observer = new ResizeObserver(look)
  observer.observe(pulse)
  let running = true
  const beat = () => {
    if (!running) return
    pulse.style.width = pulse.style.width === '1px' ? '2px' : '1px'
    requestAnimationFrame(beat)
  }
  requestAnimationFrame(beat)
  Reflect.set(window, 'stopWatching', () => {
    running = false
    observer.disconnect()
    pulse.remove()
    return frames
  })
}
