import { type KeyboardEvent, useRef, useState } from 'react'
import type { Row } from './rows'

interface Roving {
  /** The message that Tab reaches. */
  activeKey: string | null
  onReach: (key: string) => void
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

interface Exits {
  toEnd: () => void
  toComposer: () => void
}

/**
 * The list is one stop for Tab. Inside it arrows go from message to message, Enter goes to a message's controls, and
 * Escape comes back: from the controls to the message, from the message to the composer.
 */
export function useRoving(rows: readonly Row[], { toEnd, toComposer }: Exits): Roving {
  const [chosen, setChosen] = useState<string | null>(null)
  const reach = useRef(setChosen)
  const keys = rows.flatMap((row) => (row.kind === 'message' ? [row.key] : []))
  const activeKey = chosen !== null && keys.includes(chosen) ? chosen : (keys.at(-1) ?? null)

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const target = event.target
    if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return
    const row = target.closest<HTMLElement>('[data-message]')
    if (row === null) return
    const move = MOVES[event.key]
    const index = keys.indexOf(row.dataset.message ?? '')
    if (event.key === 'Escape') {
      if (target === row) toComposer()
      else row.focus()
    } else if (target !== row) {
      return
    } else if (event.key === 'Enter') {
      row.querySelector<HTMLElement>('a, button')?.focus()
    } else if (event.key === 'End') {
      toEnd()
      focusMessage(event.currentTarget, keys.at(-1))
    } else if (move !== undefined) {
      focusMessage(event.currentTarget, keys[index + move])
    } else {
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  return { activeKey, onReach: reach.current, onKeyDown }
}

const MOVES: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 }

function focusMessage(list: HTMLElement, key: string | undefined): void {
  if (key !== undefined) list.querySelector<HTMLElement>(`[data-message="${CSS.escape(key)}"]`)?.focus()
}
