import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { readText, watchText, writeText } from './storage'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'confab.theme'

/** The theme as wished. `public/theme.js` sets it before the first paint; this follows changes of wish and system. */
export function useTheme(): { theme: Theme; setTheme(theme: Theme): void } {
  const theme = useSyncExternalStore(watchKey, readTheme)
  const setTheme = useCallback((wish: Theme) => writeText(KEY, wish), [])

  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)')
    const paint = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches)
      document.documentElement.dataset.theme = dark ? 'dark' : 'light'
      const bar = document.querySelector('meta[name=theme-color]')
      bar?.setAttribute('content', dark ? '#161a1a' : '#fdfcfa')
    }
    paint()
    system.addEventListener('change', paint)
    return () => system.removeEventListener('change', paint)
  }, [theme])

  return { theme, setTheme }
}

const watchKey = (listener: () => void) => watchText(KEY, listener)

function readTheme(): Theme {
  const stored = readText(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
