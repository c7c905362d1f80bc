import { elementScroll, observeElementOffset, type Virtualizer } from '@tanstack/react-virtual'

type List = Virtualizer<HTMLDivElement, HTMLDivElement>
type Options = Pick<List['options'], 'scrollToFn' | 'observeElementOffset'>

/**
 * Keeps what was scrolled since the list last heard of it. Scroll events come once a frame; when rows are measured or put on
 * top before the next one, the list writes a place that counts from the last, and whatever came in between (a script, the
 * focus that goes to another row, a browser that scrolls on its own) would be taken back.
 *
 * Where the list is told to go to, it goes. And that it was moved up to a new end is the browser's clamping, of which the
 * list knows.
 */
export function keepUnheard(): Options {
  /** Where the scroller would be without what was not heard of; null before the list has put it anywhere. */
  let heard: number | null = null

  return {
    observeElementOffset: (list, tell) =>
      observeElementOffset(list, (offset, isScrolling) => {
        heard = list.scrollElement?.scrollTop ?? null
        tell(offset, isScrolling)
      }),

    scrollToFn(offset, options, list) {
      const { scrollElement: scroller, scrollOffset: believed } = list
      // It puts right where it takes itself to be, or what it has put on top of that already.
      const corrects = options.adjustments !== undefined || offset === believed
      const unheard = scroller !== null && corrects ? movedFrom(heard, scroller) : 0
      elementScroll(offset + unheard, options, list)
      heard = scroller === null ? null : scroller.scrollTop - unheard
    },
  }
}

function movedFrom(heard: number | null, scroller: HTMLElement): number {
  const { scrollTop, scrollHeight, clientHeight } = scroller
  const moved = heard === null ? 0 : scrollTop - heard
  const isAtEnd = scrollHeight - clientHeight - scrollTop < 1
  return moved < 0 && isAtEnd ? 0 : moved
}
