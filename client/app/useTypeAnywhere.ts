import { useEffect } from 'react'

interface Targets {
  focusComposer: () => void
  jumpToLatest: () => void
}

/** A letter typed anywhere goes to the composer, and End to the latest message; not from a field or a dialog. */
export function useTypeAnywhere({ focusComposer, jumpToLatest }: Targets): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return
      if (!isFree(event.target)) return
      if (event.key === 'End') jumpToLatest()
      // The focus moves before the key's own effect, so the letter lands in the composer.
      else if (Array.from(event.key).length === 1 && !(event.key === ' ' && isControl(event.target)))
        focusComposer()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [focusComposer, jumpToLatest])
}

function isFree(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return false
  return !(target instanceof Element && target.matches('input, textarea, select, [contenteditable]'))
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('button, a, summary, [role="button"]')
}
