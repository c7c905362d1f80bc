import { Pencil } from 'lucide-react'
import { type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import { toProblem } from '../lib/problem'
import { useSettings } from '../lib/useSettings'
import { useFinePointer } from '../ui/useMediaQuery'
import { ComposerField } from './ComposerField'
import type { ShownMessage } from './items'
import { useDraft } from './useDraft'
import { useMessageActions } from './useMessageActions'
import { useSend } from './useOutbox'

export interface ComposerHandle {
  focus(): void
  /** Puts a text before the draft, and the focus behind it. */
  insert(text: string): void
}

interface ComposerProps {
  ref: Ref<ComposerHandle>
  conversationId: string
  placeholder: string
  /** The message being edited; the draft waits meanwhile. */
  editing: ShownMessage | null
  onEditEnd: () => void
  /** ArrowUp in an empty composer. */
  onEditLast: () => void
  onTyping: () => void
}

export function Composer({ ref, editing, ...props }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useDraft(props.conversationId)
  const focus = () => field.current?.focus({ preventScroll: true })
  useImperativeHandle(ref, () => ({
    focus,
    insert(text) {
      // Not twice: a refused text may be here already, and somebody may have worked on it.
      if (!draft.includes(text)) setDraft(draft === '' ? text : `${text}\n${draft}`)
      focus()
    },
  }))
  // After an edit the draft is back in its own field, and so is the focus.
  const edited = useRef(false)
  useLayoutEffect(() => {
    if (editing === null && edited.current) field.current?.focus({ preventScroll: true })
    edited.current = editing !== null
  }, [editing])
  return (
    <div className="mx-4 mb-3.5 max-md:mx-2.5 max-md:mb-[max(10px,env(safe-area-inset-bottom))]">
      {editing === null ? (
        <Writing {...props} {...{ draft, setDraft, field }} />
      ) : (
        <Editing key={editing.id} message={editing} onEnd={props.onEditEnd} field={field} />
      )}
    </div>
  )
}

interface WritingProps extends Omit<ComposerProps, 'ref' | 'editing'> {
  draft: string
  setDraft: (text: string) => void
  field: { current: HTMLTextAreaElement | null }
}

function Writing({ conversationId, placeholder, draft, setDraft, field, ...on }: WritingProps) {
  const send = useSend(conversationId)
  const enterSends = useEnterSends()
  return (
    <ComposerField
      ref={field}
      text={draft}
      placeholder={placeholder}
      action="Send"
      enterSends={enterSends}
      onText={(text) => {
        setDraft(text)
        if (text !== '') on.onTyping()
      }}
      onSubmit={() => {
        send(draft)
        setDraft('')
        field.current?.focus()
      }}
      onEscape={() => {}}
      onUpWhenEmpty={on.onEditLast}
    />
  )
}

interface EditingProps {
  message: ShownMessage
  onEnd: () => void
  field: { current: HTMLTextAreaElement | null }
}

function Editing({ message, onEnd, field }: EditingProps) {
  const { edit } = useMessageActions()
  const enterSends = useEnterSends()
  const [text, setText] = useState(message.body)
  const [state, setState] = useState<{ busy: boolean; error: string | null }>({ busy: false, error: null })

  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(message.body.length, message.body.length)
  }, [field, message.body.length])

  async function save() {
    setState({ busy: true, error: null })
    try {
      if (text !== message.body) await edit(message.id, text)
      onEnd()
    } catch (cause) {
      setState({ busy: false, error: `Not saved. ${toProblem(cause).sentence}` })
    }
  }

  return (
    <>
      <div className="flex h-8 items-center gap-2 px-1 text-note text-muted">
        <Pencil size={14} aria-hidden />
        <span className="flex-1">Editing a message</span>
        <button
          type="button"
          onClick={onEnd}
          className="font-[560] text-accent-text underline-offset-2 hover:underline touch:py-2.5"
        >
          Cancel<span className="max-md:hidden"> (Esc)</span>
        </button>
      </div>
      <ComposerField
        ref={field}
        text={text}
        placeholder="Edit the message"
        action="Save"
        enterSends={enterSends}
        busy={state.busy}
        error={state.error}
        onText={setText}
        onSubmit={() => void save()}
        onEscape={onEnd}
        onUpWhenEmpty={() => {}}
      />
    </>
  )
}

/** On a touch screen Enter breaks the line: there is no Shift to hold, and the button is under the thumb. */
function useEnterSends(): boolean {
  const { enterSends } = useSettings()
  return useFinePointer() && enterSends
}
