import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react'
import { useAfter } from '../ui/useAfter'
import type { MessageState as State } from './items'

interface MessageStateProps {
  state: Exclude<State, null>
  /** When it was handed to the outbox, in ms since 1970. */
  since: number
}

/**
 * One's own message on its way: an icon and, for screen readers and as a tooltip, words. Its room is always there, so
 * that no line breaks anew when it changes; and a message that arrives at once never shows a clock.
 */
export function MessageState({ state, since }: MessageStateProps) {
  const waiting = state === 'queued' || state === 'sending'
  const shown = useAfter(waiting ? since + CLOCK_AFTER_MS : null)
  const long = useAfter(waiting ? since + STILL_AFTER_MS : null)
  const words = state === 'sending' && long ? 'Still sending' : WORDS[state]
  return (
    <span
      data-state={state}
      title={words}
      className={`ml-1.5 inline-flex h-4 items-center gap-1 align-text-bottom text-xs ${state === 'read' ? 'text-accent-text' : 'text-faint'}`}
    >
      <span className="inline-flex w-4">
        {waiting && shown && <Clock size={13} strokeWidth={2} aria-hidden />}
        {state === 'sent' && <Check size={15} strokeWidth={2.2} aria-hidden />}
        {(state === 'delivered' || state === 'read') && (
          <CheckCheck size={15.5} strokeWidth={2.2} aria-hidden />
        )}
        {state === 'failed' && <CircleAlert size={14} strokeWidth={2} aria-hidden className="text-danger" />}
      </span>
      {waiting && long ? <span>{words}</span> : <span className="sr-only">{words}</span>}
    </span>
  )
}

const CLOCK_AFTER_MS = 300
const STILL_AFTER_MS = 10_000

const WORDS: Record<Exclude<State, null>, string> = {
  queued: 'Waiting to be sent',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
}
