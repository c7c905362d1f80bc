import { ArrowRight, Check } from 'lucide-react'
import { type KeyboardEvent, type Ref, useId, useLayoutEffect, useRef } from 'react'
import { classes } from '../ui/classes'
import { sends } from './keys'
import { lengthOf } from './length'

interface ComposerFieldProps {
  ref: Ref<HTMLTextAreaElement>
  text: string
  placeholder: string
  action: 'Send' | 'Save'
  enterSends: boolean
  busy?: boolean
  /** Why the last try went wrong. */
  error?: string | null
  onText: (text: string) => void
  onSubmit: () => void
  onEscape: () => void
  /** ArrowUp where there is nothing to move the caret in. */
  onUpWhenEmpty: () => void
}

/** A text field that grows with its text up to 40 % of the window, and what stands around it. */
export function ComposerField(props: ComposerFieldProps) {
  const { text, placeholder, action, error } = props
  const { left, sendable } = lengthOf(text)
  const noteId = useId()
  const box = useRef<HTMLDivElement>(null)
  useGrowth(box, text)
  const note = error ?? (left === null ? null : wordsFor(left))
  const wrong = error != null || (left !== null && left < 0)

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (sends(event.nativeEvent, props.enterSends)) {
      event.preventDefault()
      if (sendable && props.busy !== true) props.onSubmit()
    } else if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      props.onEscape()
    } else if (event.key === 'ArrowUp' && text === '' && !hasModifier(event)) {
      event.preventDefault()
      props.onUpWhenEmpty()
    }
  }

  return (
    <div
      ref={box}
      className={classes(
        'rounded-[14px] border bg-raised transition-[border-color,box-shadow] focus-within:ring-3',
        wrong
          ? 'border-danger focus-within:ring-danger/20'
          : 'border-line-strong focus-within:border-accent focus-within:ring-accent/14',
      )}
    >
      <div className="flex items-end gap-2 py-[7px] pr-[7px] pl-3.5">
        <textarea
          ref={props.ref}
          rows={1}
          dir="auto"
          value={text}
          aria-label={placeholder}
          placeholder={placeholder}
          aria-invalid={wrong || undefined}
          aria-describedby={note === null ? undefined : noteId}
          enterKeyHint={props.enterSends ? 'send' : 'enter'}
          onChange={(event) => props.onText(event.target.value)}
          onKeyDown={onKeyDown}
          className="scrolls field-sizing-content max-h-[40dvh] placeholder:truncate min-w-0 flex-1 resize-none bg-transparent py-1 outline-none touch:py-2.5"
        />
        <button
          type="button"
          disabled={!sendable || props.busy === true}
          onClick={props.onSubmit}
          className={classes(
            'flex h-[30px] shrink-0 items-center gap-1.5 rounded-[9px] px-3 text-[13.5px] font-[620] transition-colors touch:h-11',
            sendable ? 'bg-accent text-on-accent hover:bg-accent-hover' : 'bg-sunken text-faint',
          )}
        >
          {action}
          {action === 'Send' ? (
            <ArrowRight size={15} strokeWidth={2.2} aria-hidden />
          ) : (
            <Check size={15} aria-hidden />
          )}
        </button>
      </div>
      {note !== null && (
        <p
          id={noteId}
          role={wrong ? 'alert' : undefined}
          className={classes('px-3.5 pb-2 text-xs tabular-nums', wrong ? 'text-danger' : 'text-muted')}
        >
          {note}
        </p>
      )}
    </div>
  )
}

function wordsFor(left: number): string {
  return left >= 0
    ? `${left} characters left`
    : `${-left} characters too many. Your text is kept; shorten it to send it.`
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.altKey || event.ctrlKey || event.metaKey
}

/** Where `field-sizing` is unknown, the height follows the text by hand. */
function useGrowth(box: { current: HTMLElement | null }, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is that of the text
  useLayoutEffect(() => {
    const field = box.current?.querySelector('textarea')
    if (field == null || CSS.supports('field-sizing', 'content')) return
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }, [box, text])
}
