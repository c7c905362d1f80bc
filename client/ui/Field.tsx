import { type ComponentProps, type ReactNode, useId } from 'react'
import { classes } from './classes'

interface FieldProps extends Omit<ComponentProps<'input'>, 'children'> {
  label: string
  /** A quiet line below, replaced by the error. */
  hint?: ReactNode
  error?: string | null | undefined
}

/** A labelled text field whose error stands beside it and is read with it. */
export function Field({ label, hint, error, className, ...rest }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-note font-[560] text-text">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-invalid={error != null || undefined}
        aria-describedby={note == null ? undefined : `${id}-note`}
        className={fieldLook(error != null)}
      />
      {note != null && (
        <p
          id={`${id}-note`}
          role={error == null ? undefined : 'alert'}
          className={classes('mt-1.5 text-note', error == null ? 'text-muted' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  )
}

function fieldLook(wrong: boolean): string {
  return classes(
    'h-10 w-full rounded-[10px] border bg-raised px-3 outline-none transition-[border-color,box-shadow] touch:h-11',
    'focus:ring-3',
    wrong
      ? 'border-danger focus:border-danger focus:ring-danger/20'
      : 'border-line-strong focus:border-accent focus:ring-accent/20',
  )
}
