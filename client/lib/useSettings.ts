import { useSyncExternalStore } from 'react'
import { readText, watchText, writeText } from './storage'

const KEY = 'confab.enterSends'

/** This device's habits. `enterSends`: Enter sends and Shift+Enter breaks the line; else Ctrl/Cmd+Enter sends. */
export function useSettings(): { enterSends: boolean; setEnterSends(on: boolean): void } {
  const stored = useSyncExternalStore(watchKey, readKey)
  return { enterSends: stored !== 'no', setEnterSends }
}

const watchKey = (listener: () => void) => watchText(KEY, listener)
const readKey = () => readText(KEY)
const setEnterSends = (on: boolean) => writeText(KEY, on ? 'yes' : 'no')
