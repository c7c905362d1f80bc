import { useSyncExternalStore } from 'react'

/** Whether a media query holds now. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}

/** One pane at a time. */
export const usePhoneWidth = () => useMediaQuery('(max-width: 767px)')
/** A field that takes the focus by itself would raise the keyboard of a touch screen. */
export const useFinePointer = () => useMediaQuery('(pointer: fine)')
