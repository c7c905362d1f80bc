import { type PointerEvent, type TouchEvent, useRef } from 'react'

const HOLD_MS = 450
/** A finger that moves further than this, in pixels, scrolls. */
const SLACK = 10

/** Handlers for a press that is held: touch only, since a mouse has hover. */
export function useLongPress(onHold: (target: HTMLElement) => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null)
  const held = useRef(false)
  const cancel = () => {
    if (press.current !== null) clearTimeout(press.current.timer)
    press.current = null
  }
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      cancel()
      held.current = false
      if (event.pointerType !== 'touch') return
      const target = event.currentTarget
      const timer = setTimeout(() => {
        held.current = true
        onHold(target)
      }, HOLD_MS)
      press.current = { timer, x: event.clientX, y: event.clientY }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (press.current === null) return
      const { x, y } = press.current
      if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK) cancel()
    },
    onPointerUp: cancel,
    /** Lifted soon after, it would count as a tap too, and close what the hold has opened. */
    onTouchEnd: (event: TouchEvent<HTMLElement>) => {
      if (held.current) event.preventDefault()
    },
    onPointerCancel: cancel,
  }
}
